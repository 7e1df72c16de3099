// host/process/application_serving.cpp - berthd as a server, from its start to its end.
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "host/base/owned_path.h"
#include "host/base/poco_text.h"
#include "host/config/host_config.h"
#include "host/control/server/control_server.h"
#include "host/crash/exit_watch.h"
#include "host/host.h"
#include "host/listen/descriptor_limit.h"
#include "host/listen/listener.h"
#include "host/log/bounded_output.h"
#include "host/log/last_words.h"
#include "host/log/log_system.h"
#include "host/plugin/plugin_error.h"
#include "host/process/application.h"
#include "host/process/own_process.h"
#include "host/process/pid_file.h"
#include "host/process/process_loop.h"
#include "host/process/program_start.h"
#include "host/process/signal_events.h"
#include "host/process/thread_errors.h"
#include "host/upgrade/upgrade.h"

namespace berth::host {
namespace {

// For control clients of a process that another one took over from.
constexpr std::chrono::seconds kControlGrace{5};

// Of what is left when every service has ended.
constexpr std::chrono::seconds kTeardown{15};

constexpr const char* kNoWord =
    "upgrade: the old process gave up or ended before it said to begin, so this one ends without "
    "having served; the old one's log says why, try again";

int exitCode(const ChangeResult& result) {
    return result.error == ChangeError::Address ? Application::EXIT_UNAVAILABLE
                                                : Application::EXIT_CONFIG;
}

// Ends the process at once when a plugin's code still runs, which therefore keeps what it uses.
int leave(int code, Host& host, LogSystem& logs) {
    if (!host.stuck()) return code;
    static_cast<void>(logs.flush());
    std::cout.flush();
    std::_Exit(code);
}

}  // namespace

int Application::serve() try {
    inherit();
    raiseDescriptorLimit();
    SignalEvents events;
    return serveConfigured(events);
} catch (...) {
    return failWithWhatWasThrown();
}

int Application::failWithWhatWasThrown() const {
    try {
        throw;
    } catch (const ListenError& error) {
        return fail(EXIT_UNAVAILABLE, error.what());
    } catch (const PluginError& error) {
        return fail(EXIT_CONFIG, error.what());
    } catch (const PathError& error) {
        return fail(EXIT_CANTCREAT, error.what());
    } catch (const std::filesystem::filesystem_error& error) {
        return fail(EXIT_CANTCREAT, error.what());
    } catch (const Poco::Exception& error) {
        return fail(EXIT_IOERR, textOf(error));
    } catch (const std::exception& error) {
        return fail(EXIT_IOERR, error.what());
    }
}

void Application::inherit() {
    auto sockets = InheritedSockets::fromEnvironment();
    if (takeover_) sockets = InheritedSockets::fromProcess(takeover_->receive());
    inherited_ = std::make_shared<const InheritedSockets>(std::move(sockets));
}

int Application::serveConfigured(SignalEvents& events) {
    const auto result = loadHostConfig(startFolder_ / configFile_);
    if (!result.good()) {
        return takeover_ ? refuse(result.diagnostics) : report(mistakes(result));
    }
    const auto& config = result.config;
    if (daemon_ && config.host.log == "stderr") {
        tellStandardError(
            "berthd: a daemon's stderr leads nowhere: set log in [host] to a file or to syslog");
    }
    LogSystem logs(config.host);
    last_words::directTo(config.host);
    log_ = config.host.log == "stderr" ? nullptr : &logs.host();
    const int code = serveLogged(config, logs, events);
    log_ = nullptr;
    return code;
}

int Application::serveLogged(const HostConfig& config, LogSystem& logs, SignalEvents& events) try {
    const ThreadErrors threadErrors(logs.host());
    const crash::ExitWatch exits;
    Host host(config, logs, inherited_, runningProgram());
    auto resolution = host.resolve(config);
    if (!resolution.diagnostics.empty()) return leave(refuse(resolution.diagnostics), host, logs);
    if (takeover_) host.keepStopped(takeover_->stopped());
    const auto started = host.apply(config, resolution);
    resolution = {};  // it holds plugins and certificates
    if (!started.ok()) return leave(fail(exitCode(started), started.text), host, logs);

    Predecessors predecessors(logs.host());
    Upgrade upgrade(program_, host, inherited_, predecessors);
    OwnProcess process(host, logs, events, upgrade, predecessors);
    const Operations operations{host.inventory(), host.services(), host.plugins(), process};
    RefusalLog refusals(logs, "control");
    control::ControlServer control(
        config.control, operations,
        [&logs](const AuditRecord& record) { logs.audit().record(record); }, refusals, *inherited_);
    upgrade.add(control.listeners());
    ProcessLoop loop(host, logs, events,
                     {.run = [&upgrade] { return upgrade.run({}); },
                      .cancel = [&upgrade] { upgrade.cancel(); },
                      .done = [&upgrade] { return upgrade.done(); }});
    if (takeover_ && !beginToServe(host, control.listeners(), predecessors, logs)) {
        return leave(fail(EXIT_UNAVAILABLE, kNoWord), host, logs);
    }
    const auto pidFile = makePidFile(logs);
    loop.watchFiles();
    loop.announce(control.addresses());
    leaveTerminal(events, logs);
    const bool clean = loop.run();
    events.endWithin(kTeardown);
    if (upgrade.done()) control.drain(std::chrono::steady_clock::now() + kControlGrace);
    if (clean) return EXIT_OK;
    // A handler will not end: its thread still uses the host, which therefore stays as it is.
    logs.host().error("a handler does not end; leaving without it");
    static_cast<void>(logs.flush());
    std::_Exit(EXIT_SOFTWARE);
} catch (...) {
    return failWithWhatWasThrown();
}

void Application::leaveTerminal(SignalEvents& events, LogSystem& logs) {
    if (!daemon_) return;
    static_cast<void>(logs.flush());  // what goes to standard error was meant for the terminal
    if (daemon_.ready()) return;
    logs.host().error("whoever started the daemon left before it served, so it ends");
    events.post(ProcessEvent::StopNow);
}

// One that took over already serves: it goes on without the file.
std::unique_ptr<PidFile> Application::makePidFile(LogSystem& logs) const {
    try {
        return std::make_unique<PidFile>(pidFile_);
    } catch (const PathError& error) {
        if (!takeover_) throw;
        logs.host().error(error.what());
        return nullptr;
    }
}

// Nobody was accepted so far: until the old process gives its word, it goes on if this one fails.
bool Application::beginToServe(Host& host, const std::vector<std::shared_ptr<Listener>>& control,
                               Predecessors& predecessors, LogSystem& logs) {
    auto& passed = inherited_->passed();
    if (!takeover_->ready(passed.unused())) return false;
    host.numberConnectionsBehind(takeover_->lastConnection());
    passed.confirm();
    for (const auto& each : host.listeners()) each.listener->socket().accepting().release();
    takeover_->handOn(predecessors);  // before an operator can ask for their clients
    for (const auto& listener : control) listener->socket().accepting().release();
    logs.host().information("took over from process " + std::to_string(::getppid()));
    for (const auto& address : passed.closeUnused()) {
        logs.host().information("closed what the old process listened on: " + address);
    }
    return true;
}

}  // namespace berth::host
