// host/process/application.cpp
#include "host/process/application.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "berth/detail/one_line.h"
#include "berth/detail/require.h"
#include "berth/version.h"
#include "host/base/phrases.h"
#include "host/base/poco_text.h"
#include "host/base/utf8.h"
#include "host/change/resolution.h"
#include "host/config/host_config.h"
#include "host/config/reference.h"
#include "host/crash/crash_report.h"
#include "host/log/bounded_output.h"
#include "host/log/log_system.h"
#include "host/plugin/catalog.h"
#include "host/plugin/plugin_error.h"
#include "host/process/program_start.h"

namespace berth::host {
namespace {

// Of the mistakes, in a reply of one line.
constexpr std::size_t kMostWords = 500;

}  // namespace

Application::Application(ProgramStart program)
    : program_(std::move(program)), startFolder_(program_.folder) {
    BERTH_REQUIRE(startFolder_.is_absolute());
    std::error_code missing;  // another error is told when it is read
    setUnixOptions(true);
    static_cast<void>(std::filesystem::status("berth.ini", missing));
    configFile_ = missing == std::errc::no_such_file_or_directory ? kSystemConfigFile : "berth.ini";
}

int Application::start() {
    crash::install();  // Poco's handlers turn every fault into an ABRT
    takeover_ = Takeover::fromEnvironment();
    try {
        readCommandLine();
    } catch (const Poco::Exception& error) {
        return fail(EXIT_USAGE, textOf(error) + "; see berthd --help");
    } catch (const std::invalid_argument& error) {
        return fail(EXIT_USAGE, std::string(error.what()) + "; see berthd --help");
    }
    if (wantsDaemon_ && task_ == Task::Serve && !takeover_) {
        if (const auto code = daemon_.enter()) return *code;
        if (::chdir("/") != 0) {
            return fail(EXIT_OSERR,
                        "cannot change to the folder /: " + std::generic_category().message(errno));
        }
    }
    if (umask_) ::umask(*umask_);
    init({program_.binary.string()});  // of Poco; the command line is read already
    return run();
}

// What Poco would catch it would not tell.
int Application::main(const std::vector<std::string>&) try {
    const bool readsConfig = task_ == Task::Check || task_ == Task::Serve;
    std::error_code unreadable;
    if (readsConfig && configFile_ == kSystemConfigFile &&
        !std::filesystem::exists(configFile_, unreadable)) {
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
} catch (const Poco::Exception& error) {
    return fail(EXIT_SOFTWARE, textOf(error));
} catch (const std::exception& error) {
    return fail(EXIT_SOFTWARE, error.what());
}

std::vector<Diagnostic> Application::mistakes(const ConfigResult& read) const {
    HostOptions options;
    options.logLevel = LogLevel::Error;
    LogSystem quiet(options);
    const auto& host = read.config.host;
    Catalog catalog(StagingFolder::temporary(host.state), quiet.host(),
                    {host.maxGenerations, host.loadTimeout, runningProgram()});
    auto found = Resolver(host, catalog).resolveAll(read).diagnostics;
    if (catalog.calls().anyStuck()) {
        // A thread still runs the plugin's code, so that nothing may be destroyed.
        report(found);
        std::cout.flush();
        std::_Exit(EXIT_CONFIG);
    }
    return found;
}

int Application::check() try {
    const auto read = loadHostConfig(startFolder_ / configFile_);
    const auto found = mistakes(read);
    if (!found.empty()) return report(found);
    if (json_) {
        std::cout << "[]\n";
    } else {
        std::cout << visibleLine(configFile_.string()) << ": good, "
                  << counted(read.config.services.size(), "service") << '\n';
    }
    return EXIT_OK;
} catch (const PluginError& error) {
    return fail(EXIT_CONFIG, error.what());
}

int Application::fail(int code, const std::string& text) const {
    tellStandardError("berthd: " + visibleLine(text));
    if (log_ != nullptr) log_->error(text);
    if (takeover_) takeover_->fail(text);
    return code;
}

// A server that cannot start does not wait for a reader of its standard error; a check does, since
// it has somebody who asked.
int Application::report(const std::vector<Diagnostic>& all) const {
    const auto diagnostics = firstOf(all);
    if (log_ != nullptr) {
        for (const auto& diagnostic : diagnostics) log_->error(oneLine(diagnostic));
    }
    if (json_) {
        std::cout << toJson(diagnostics) << '\n';
        return EXIT_CONFIG;
    }
    std::ostringstream text;
    for (const auto& diagnostic : diagnostics) printText(text, diagnostic);
    auto lines = text.str();
    if (task_ == Task::Check) {
        std::cerr << lines;
    } else {
        if (lines.ends_with('\n')) lines.pop_back();
        tellStandardError(lines);
    }
    return EXIT_CONFIG;
}

int Application::refuse(const std::vector<Diagnostic>& diagnostics) const {
    if (takeover_) {
        std::string all;
        for (const auto& diagnostic : firstOf(diagnostics)) all += "; " + oneLine(diagnostic);
        takeover_->fail(counted(diagnostics.size(), "error") +
                        " in the configuration: " + all.substr(2, kMostWords));
    }
    return report(diagnostics);
}

int runBerthd(int argc, char** argv) noexcept try {
    try {
        Application application(programStart(argc, argv));
        return application.start();
    } catch (const std::filesystem::filesystem_error& error) {
        tellStandardError("berthd: the working directory cannot be used: " +
                          error.code().message() + "; start it in a folder that is there");
        return Application::EXIT_OSERR;
    } catch (const Poco::Exception& error) {
        tellStandardError("berthd: " + visibleLine(textOf(error)));
    } catch (const std::exception& error) {
        tellStandardError("berthd: " + visibleLine(error.what()));
    }
    return Application::EXIT_SOFTWARE;
} catch (...) {
    return Application::EXIT_SOFTWARE;  // no memory is left to tell it
}

}  // namespace berth::host
