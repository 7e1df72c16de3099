// host/application/application.cpp
#include "host/application/application.h"

#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>

#include <cstdlib>
#include <iostream>

#include "berth/version.h"
#include "host/config/host_config.h"
#include "host/config/reference.h"
#include "host/log/log_system.h"
#include "host/phrases.h"
#include "host/plugin/catalog.h"
#include "host/plugin_check.h"

namespace berth::host {
namespace {

// Of the mistakes, in a reply of one line.
constexpr std::size_t kMostWords = 500;

int report(const std::vector<Diagnostic>& diagnostics, bool json) {
    if (json) {
        std::cout << toJson(diagnostics) << '\n';
    } else {
        for (const auto& diagnostic : diagnostics) printText(std::cerr, diagnostic);
    }
    return Application::EXIT_CONFIG;
}

}  // namespace

Application::Application() : startFolder_(std::filesystem::current_path()) {
    std::error_code unknown;  // without /proc there is no upgrade
    program_.binary = std::filesystem::read_symlink("/proc/self/exe", unknown);
    program_.folder = startFolder_;
    setUnixOptions(true);
    configFile_ = std::filesystem::exists("berth.ini") ? "berth.ini" : kSystemConfigFile;
}

int Application::start(int argc, char** argv) {
    program_.arguments.assign(argv + 1, argv + argc);
    takeover_ = Takeover::fromEnvironment();
    Poco::Util::OptionSet known;
    defineOptions(known);
    Poco::Util::OptionProcessor processor(known);
    processor.setUnixStyle(true);
    bool daemon = false;
    try {
        for (int i = 1; i < argc; ++i) {
            std::string name;
            std::string value;
            if (!processor.process(argv[i], name, value)) {
                return fail(EXIT_USAGE, std::string("unexpected argument \"") + argv[i] +
                                            "\"; see berthd --help");
            }
            if (name == "daemon") daemon = true;
            if (name == "config") configFile_ = value;
        }
        processor.checkRequired();
    } catch (const Poco::Exception& error) {
        return fail(EXIT_USAGE, error.displayText() + "; see berthd --help");
    }
    if (daemon && !takeover_) {
        if (const int code = checkBeforeDaemon(); code != EXIT_OK) return code;
    }
    return run(argc, argv);
}

int Application::main(const std::vector<std::string>&) {
    const bool readsConfig = task_ == Task::Check || task_ == Task::Serve;
    if (readsConfig && configFile_ == kSystemConfigFile && !std::filesystem::exists(configFile_)) {
        return fail(EXIT_CONFIG, std::string("there is no berth.ini here and no ") +
                                     kSystemConfigFile + "; name one with --config FILE");
    }
    switch (task_) {
        case Task::Help:
            return help();
        case Task::Version:
            std::cout << "berthd " BERTH_SDK_VERSION "\n";
            return EXIT_OK;
        case Task::Reference:
            printReference(std::cout);
            return EXIT_OK;
        case Task::Check:
            return check();
        case Task::Serve:
            break;
    }
    return serve();
}

std::vector<Diagnostic> Application::mistakes(const ConfigResult& read) const {
    HostOptions options;
    options.logLevel = LogLevel::Error;
    LogSystem quiet(options);
    Catalog catalog(StagingFolder::temporary(), quiet.host());
    auto found = checkEverything(read, catalog).diagnostics;
    if (catalog.calls().anyStuck()) {
        // A thread still runs the plugin's code, so that nothing may be destroyed.
        report(found, json_);
        std::cout.flush();
        std::_Exit(EXIT_CONFIG);
    }
    return found;
}

int Application::check() {
    const auto read = loadHostConfig(startFolder_ / configFile_);
    const auto found = mistakes(read);
    if (!found.empty()) return report(found, json_);
    if (json_) {
        std::cout << "[]\n";
    } else {
        std::cout << configFile_.string() << ": good, "
                  << counted(read.config.services.size(), "service") << '\n';
    }
    return EXIT_OK;
}

// While there is a terminal to tell them on.
int Application::checkBeforeDaemon() const {
    const auto read = loadHostConfig(startFolder_ / configFile_);
    const auto found = mistakes(read);
    if (!found.empty()) return report(found, false);
    if (read.config.host.log == "stderr") {
        std::cerr << "berthd: a daemon's stderr leads nowhere: set log in [host] to a file or to "
                     "syslog\n";
    }
    return EXIT_OK;
}

int Application::fail(int code, const std::string& text) const {
    std::cerr << "berthd: " << text << '\n';
    if (takeover_) takeover_->fail(text);
    return code;
}

int Application::refuse(const std::vector<Diagnostic>& diagnostics) const {
    if (takeover_) {
        std::string all;
        for (const auto& diagnostic : diagnostics) all += "; " + oneLine(diagnostic);
        takeover_->fail(counted(diagnostics.size(), "error") +
                        " in the configuration: " + all.substr(2, kMostWords));
    }
    return report(diagnostics, json_);
}

}  // namespace berth::host
