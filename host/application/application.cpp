// host/application/application.cpp
#include "host/application/application.h"

#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>

#include <cstdlib>
#include <iostream>

#include "berth/version.h"
#include "host/config/host_config.h"
#include "host/config/reference.h"
#include "host/counted.h"
#include "host/log/log_system.h"
#include "host/plugin/catalog.h"
#include "host/plugin_check.h"

namespace berth::host {
namespace {

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
    try {
        for (int i = 1; i < argc; ++i) {
            std::string name;
            std::string value;
            if (!processor.process(argv[i], name, value)) {
                return fail(EXIT_USAGE, std::string("unexpected argument \"") + argv[i] +
                                            "\"; see berthd --help");
            }
        }
        processor.checkRequired();
    } catch (const Poco::Exception& error) {
        return fail(EXIT_USAGE, error.displayText() + "; see berthd --help");
    }
    return run(argc, argv);
}

int Application::main(const std::vector<std::string>&) {
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

int Application::check() {
    const auto result = loadHostConfig(startFolder_ / configFile_);
    std::vector<Diagnostic> mistakes;
    {
        HostOptions options;
        options.logLevel = LogLevel::Error;
        LogSystem quiet(options);
        Catalog catalog(StagingFolder::temporary(), quiet.host());
        mistakes = checkEverything(result, catalog).diagnostics;
        if (catalog.calls().anyStuck()) {
            // A thread still runs the plugin's code, so that nothing may be destroyed.
            report(mistakes, json_);
            std::cout.flush();
            std::_Exit(EXIT_CONFIG);
        }
    }
    if (!mistakes.empty()) return report(mistakes, json_);
    if (json_) {
        std::cout << "[]\n";
    } else {
        std::cout << configFile_.string() << ": good, "
                  << counted(result.config.services.size(), "service") << '\n';
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
        takeover_->fail(counted(diagnostics.size(), "error") +
                        " in the configuration: " + oneLine(diagnostics.front()));
    }
    return report(diagnostics, json_);
}

}  // namespace berth::host
