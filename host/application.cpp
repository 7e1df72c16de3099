// host/application.cpp
#include "host/application.h"

#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/OptionCallback.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>

#include <cstdlib>
#include <iostream>

#include "berth/version.h"
#include "host/config/reference.h"
#include "host/control/control_server.h"
#include "host/control/host_adapter.h"
#include "host/host.h"
#include "host/listen/listener.h"
#include "host/log/log_system.h"
#include "host/plugin/plugin_error.h"
#include "host/plugin_check.h"
#include "host/process_loop.h"
#include "host/signal_events.h"

namespace berth::host {
namespace {

using Poco::Util::Option;
using Poco::Util::OptionCallback;

constexpr const char* kSystemConfig = "/etc/berth/berth.ini";

int fail(int code, const std::string& text) {
    std::cerr << "berthd: " << text << '\n';
    return code;
}

int report(const std::vector<Diagnostic>& diagnostics, bool json) {
    if (json) {
        std::cout << toJson(diagnostics) << '\n';
    } else {
        for (const auto& diagnostic : diagnostics) printText(std::cerr, diagnostic);
    }
    return Application::EXIT_CONFIG;
}

int exitCode(const ChangeResult& result) {
    return result.code == "address" ? Application::EXIT_UNAVAILABLE : Application::EXIT_CONFIG;
}

// Ends the process at once when a plugin's code still runs, which therefore keeps what it uses.
int leave(int code, const Host& host, LogSystem& logs) {
    if (!host.stuck()) return code;
    logs.flush();
    std::cout.flush();
    std::_Exit(code);
}

}  // namespace

Application::Application() : startFolder_(std::filesystem::current_path()) {
    setUnixOptions(true);
    configFile_ = std::filesystem::exists("berth.ini") ? "berth.ini" : kSystemConfig;
}

int Application::start(int argc, char** argv) {
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

void Application::defineOptions(Poco::Util::OptionSet& options) {
    ServerApplication::defineOptions(options);
    const OptionCallback<Application> task(this, &Application::handleTask);
    options.addOption(
        Option("config", "c",
               "read this ini file; default: ./berth.ini, then " + std::string(kSystemConfig))
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

void Application::handleConfig(const std::string&, const std::string& value) {
    configFile_ = value;
}

void Application::handleJson(const std::string&, const std::string&) {
    json_ = true;
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

int Application::help() {
    Poco::Util::HelpFormatter formatter(options());
    formatter.setUnixStyle(true);
    formatter.setWidth(100);
    formatter.setAutoIndent();
    formatter.setCommand("berthd");
    formatter.setUsage("[OPTION]...");
    formatter.setHeader(
        "Hosts network services as plugins. Signals: TERM and INT drain and stop, "
        "a second one stops at once; HUP reloads; USR1 reopens the logs.");
    formatter.format(std::cout);
    return EXIT_OK;
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
        const auto count = result.config.services.size();
        std::cout << configFile_.string() << ": good, " << count
                  << (count == 1 ? " service\n" : " services\n");
    }
    return EXIT_OK;
}

int Application::serve() {
    inherited_ = std::make_shared<const InheritedSockets>(InheritedSockets::fromEnvironment());
    SignalEvents events;
    const auto result = loadHostConfig(startFolder_ / configFile_);
    if (!result.good()) return check();
    try {
        LogSystem logs(result.config.host);
        return serve(result.config, logs, events);
    } catch (const PluginError& error) {
        return fail(EXIT_CONFIG, error.what());
    } catch (const std::filesystem::filesystem_error& error) {
        return fail(EXIT_CANTCREAT, error.what());
    } catch (const std::exception& error) {
        return fail(EXIT_IOERR, error.what());
    }
}

int Application::serve(const HostConfig& config, LogSystem& logs, SignalEvents& events) {
    Host host(config, logs, inherited_);
    auto check = host.check(config);
    if (!check.diagnostics.empty()) return leave(report(check.diagnostics, json_), host, logs);
    const auto started = host.apply(config);
    check = {};  // it held the plugins until they were used
    if (!started.ok()) return leave(fail(exitCode(started), started.text), host, logs);
    control::HostAdapter operations(host, logs, [&events](bool now) {
        events.post(now ? ProcessEvent::StopNow : ProcessEvent::Terminate);
    });
    try {
        control::ControlServer control(
            config.control, operations,
            [&logs](const AuditRecord& record) { logs.audit().record(record); }, *inherited_);
        ProcessLoop loop(host, logs, events);
        loop.announce(control.addresses());
        if (loop.run()) return EXIT_OK;
    } catch (const ListenError& error) {
        return fail(EXIT_UNAVAILABLE, error.what());
    }
    // A handler will not end: its thread still uses the host, which therefore stays as it is.
    logs.host().error("a handler does not end; leaving without it");
    logs.flush();
    std::_Exit(EXIT_SOFTWARE);
}

}  // namespace berth::host
