// host/application/application_options.cpp - the command line of berthd.
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/OptionCallback.h>
#include <sys/stat.h>

#include <iostream>

#include "host/application/application.h"

namespace berth::host {

using Poco::Util::Option;
using Poco::Util::OptionCallback;

void Application::defineOptions(Poco::Util::OptionSet& options) {
    // Poco's pid file could not be left to another process.
    Poco::Util::Application::defineOptions(options);
    const OptionCallback<Application> process(this, &Application::handleProcess);
    options.addOption(Option("daemon", "", "run in the background").callback(process));
    options.addOption(Option("umask", "", "set the process's umask, in octal, such as 027")
                          .argument("MASK")
                          .callback(process));
    options.addOption(Option("pidfile", "", "write the process's number to this file")
                          .argument("FILE")
                          .callback(process));
    const OptionCallback<Application> task(this, &Application::handleTask);
    options.addOption(
        Option("config", "c",
               "read this ini file; default: ./berth.ini, then " + std::string(kSystemConfigFile))
            .argument("FILE")
            .callback(OptionCallback<Application>(this, &Application::handleConfig)));
    options.addOption(Option("check", "t",
                             "check the configuration, plugins' keys included, print "
                             "every error and exit; binds nothing")
                          .callback(task));
    options.addOption(Option("json", "", "with --check: print the errors as a JSON array")
                          .callback(OptionCallback<Application>(this, &Application::handleJson)));
    options.addOption(Option("reference", "", "print the configuration reference").callback(task));
    options.addOption(Option("help", "h", "print this text").callback(task));
    options.addOption(Option("version", "V", "print the version").callback(task));
}

void Application::handleTask(const std::string& name, const std::string&) {
    task_ = name == "check"       ? Task::Check
            : name == "reference" ? Task::Reference
            : name == "help"      ? Task::Help
                                  : Task::Version;
}

// Poco itself looks for --daemon.
void Application::handleProcess(const std::string& name, const std::string& value) {
    if (name == "pidfile") pidFile_ = startFolder_ / value;
    if (name == "umask") ::umask(static_cast<mode_t>(std::stoul(value, nullptr, 8)));
}

void Application::handleConfig(const std::string&, const std::string& value) {
    configFile_ = value;
}

void Application::handleJson(const std::string&, const std::string&) {
    json_ = true;
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
