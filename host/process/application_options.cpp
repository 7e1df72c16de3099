// host/process/application_options.cpp - the command line of berthd.
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/OptionProcessor.h>

#include <charconv>
#include <iostream>
#include <stdexcept>
#include <system_error>

#include "host/process/application.h"

namespace berth::host {

using Poco::Util::Option;

namespace {

constexpr mode_t kLargestMask = 0777;

mode_t maskOf(const std::string& text) {
    mode_t mask = 0;
    const auto* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, mask, 8);
    if (error == std::errc{} && last == end && mask <= kLargestMask) return mask;
    throw std::invalid_argument("--umask: \"" + text + "\" is no mask in octal, such as 027");
}

}  // namespace

void Application::defineOptions(Poco::Util::OptionSet& options) {
    // Poco's pid file could not be left to another process, and its daemon says nothing.
    Poco::Util::Application::defineOptions(options);
    options.addOption(Option("daemon", "", "serve in the background; returns when it serves"));
    options.addOption(
        Option("umask", "", "set the process's umask, in octal, such as 027").argument("MASK"));
    options.addOption(
        Option("pidfile", "", "write the process's number to this file").argument("FILE"));
    options.addOption(
        Option("config", "c",
               "read this ini file; default: ./berth.ini, then " + std::string(kSystemConfigFile))
            .argument("FILE"));
    options.addOption(Option("check", "t",
                             "check the configuration, plugins' keys included, print "
                             "every error and exit; binds nothing"));
    options.addOption(Option("json", "", "with --check: print the errors as a JSON array"));
    options.addOption(Option("reference", "", "print the configuration reference"));
    options.addOption(Option("help", "h", "print this text"));
    options.addOption(Option("version", "V", "print the version"));
}

void Application::readCommandLine() {
    Poco::Util::OptionSet known;
    defineOptions(known);
    Poco::Util::OptionProcessor processor(known);
    processor.setUnixStyle(true);
    for (const auto& argument : program_.arguments) {
        std::string name;
        std::string value;
        if (!processor.process(argument, name, value)) {
            throw std::invalid_argument("unexpected argument \"" + argument + '"');
        }
        if (!name.empty()) take(name, value);
    }
    processor.checkRequired();
}

void Application::take(const std::string& option, const std::string& value) {
    if (option == "daemon") wantsDaemon_ = true;
    if (option == "umask") umask_ = maskOf(value);
    if (value.empty() && (option == "pidfile" || option == "config")) {
        throw std::invalid_argument("--" + option + " needs the name of a file");
    }
    if (option == "pidfile") pidFile_ = startFolder_ / value;
    if (option == "config") configFile_ = value;
    if (option == "json") json_ = true;
    if (option == "check") task_ = Task::Check;
    if (option == "reference") task_ = Task::Reference;
    if (option == "help") task_ = Task::Help;
    if (option == "version") task_ = Task::Version;
}

int Application::help() {
    Poco::Util::HelpFormatter formatter(options());
    formatter.setUnixStyle(true);
    formatter.setWidth(100);
    formatter.setAutoIndent();
    formatter.setCommand("berthd");
    formatter.setUsage("[OPTION]...");
    formatter.setHeader(
        "Hosts network services as plugins. Signals: TERM and INT drain and stop, "
        "a second one stops at once; HUP reloads; USR1 reopens the logs; "
        "USR2 lets the binary at the same path take over.");
    formatter.format(std::cout);
    return EXIT_OK;
}

}  // namespace berth::host
