// host/application.cpp
#include "host/application.h"

#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/OptionCallback.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "berth/version.h"
#include "host/config/reference.h"
#include "host/control/control_server.h"
#include "host/control/host_adapter.h"
#include "host/host.h"
#include "host/listen/listener.h"
#include "host/log/log_system.h"
#include "host/pid_file.h"
#include "host/plugin/plugin_error.h"
#include "host/plugin_check.h"
#include "host/process_loop.h"
#include "host/signal_events.h"
#include "host/upgrade/upgrade.h"

namespace berth::host {
namespace {

using Poco::Util::Option;
using Poco::Util::OptionCallback;

// For control clients of a process that another one took over from.
constexpr std::chrono::seconds kControlGrace{5};
constexpr const char* kSystemConfig = "/etc/berth/berth.ini";

std::string counted(std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
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
    std::error_code unknown;  // without /proc there is no upgrade
    program_.binary = std::filesystem::read_symlink("/proc/self/exe", unknown);
    program_.folder = startFolder_;
    setUnixOptions(true);
    configFile_ = std::filesystem::exists("berth.ini") ? "berth.ini" : kSystemConfig;
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
        "a second one stops at once; HUP reloads; USR1 reopens the logs; "
        "USR2 lets the binary at the same path take over.");
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

int Application::serve() try {
    inherit();
    SignalEvents events;
    return serveConfigured(events);
} catch (const ListenError& error) {
    return fail(EXIT_UNAVAILABLE, error.what());
} catch (const PluginError& error) {
    return fail(EXIT_CONFIG, error.what());
} catch (const std::filesystem::filesystem_error& error) {
    return fail(EXIT_CANTCREAT, error.what());
} catch (const std::exception& error) {
    return fail(EXIT_IOERR, error.what());
}

void Application::inherit() {
    auto sockets = InheritedSockets::fromEnvironment();
    if (takeover_) sockets = InheritedSockets::fromProcess(takeover_->receive());
    inherited_ = std::make_shared<const InheritedSockets>(std::move(sockets));
}

int Application::serveConfigured(SignalEvents& events) {
    timespec readAt{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &readAt);
    const auto result = loadHostConfig(startFolder_ / configFile_);
    if (!result.good()) return takeover_ ? refuse(result.diagnostics) : check();
    const auto& config = result.config;
    LogSystem logs(config.host);
    Host host(config, logs, inherited_);
    auto check = host.check(config);
    if (!check.diagnostics.empty()) return leave(refuse(check.diagnostics), host, logs);
    const auto started = host.apply(config);
    check = {};  // it held the plugins until they were used
    if (!started.ok()) return leave(fail(exitCode(started), started.text), host, logs);

    Upgrade upgrade(program_, host, inherited_);
    control::HostAdapter operations(
        host, logs,
        {.shutdown =
             [&events](bool now) {
                 events.post(now ? ProcessEvent::StopNow : ProcessEvent::Terminate);
             },
         .upgrade = [&upgrade](const auto& binary) { return upgrade.run(binary); },
         .leave = [&events] { events.post(ProcessEvent::HandedOver); }});
    control::ControlServer control(
        config.control, operations,
        [&logs](const AuditRecord& record) { logs.audit().record(record); }, *inherited_);
    upgrade.add(control.listeners());
    if (takeover_) beginToServe(host, control.listeners(), logs);
    const auto pidFile = makePidFile(logs);
    ProcessLoop loop(host, logs, events,
                     {.run = [&upgrade] { return upgrade.run({}); },
                      .cancel = [&upgrade] { upgrade.cancel(); },
                      .done = [&upgrade] { return upgrade.done(); }});
    loop.announce(control.addresses());
    loop.watchFiles(readAt);
    const bool clean = loop.run();
    if (upgrade.done()) control.drain(std::chrono::steady_clock::now() + kControlGrace);
    if (clean) return EXIT_OK;
    // A handler will not end: its thread still uses the host, which therefore stays as it is.
    logs.host().error("a handler does not end; leaving without it");
    logs.flush();
    std::_Exit(EXIT_SOFTWARE);
}

// One that took over already serves: it goes on without the file.
std::unique_ptr<PidFile> Application::makePidFile(LogSystem& logs) const {
    try {
        return std::make_unique<PidFile>(pidFile_);
    } catch (const std::filesystem::filesystem_error& error) {
        if (!takeover_) throw;
        logs.host().error(error.what());
        return nullptr;
    }
}

// Nobody was accepted so far: until the old process gives its word, it goes on if this one fails.
void Application::beginToServe(Host& host, const std::vector<std::shared_ptr<Listener>>& control,
                               LogSystem& logs) const {
    auto& passed = inherited_->passed();
    takeover_->ready(passed.unused());
    passed.confirm();
    for (const auto& each : host.listeners()) each.listener->socket().accepting().release();
    for (const auto& listener : control) listener->socket().accepting().release();
    logs.host().information("took over from process " + std::to_string(::getppid()));
    for (const auto& address : passed.closeUnused()) {
        logs.host().information("closed what the old process listened on: " + address);
    }
}

}  // namespace berth::host
