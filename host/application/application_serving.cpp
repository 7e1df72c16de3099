// host/application/application_serving.cpp - berthd as a server, from its start to its end.
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "host/application/application.h"
#include "host/config/host_config.h"
#include "host/control/control_server.h"
#include "host/control/host_adapter.h"
#include "host/descriptor_limit.h"
#include "host/host.h"
#include "host/listen/listener.h"
#include "host/log/log_system.h"
#include "host/pid_file.h"
#include "host/plugin/plugin_error.h"
#include "host/process_loop.h"
#include "host/signal_events.h"
#include "host/upgrade/upgrade.h"

namespace berth::host {
namespace {

// For control clients of a process that another one took over from.
constexpr std::chrono::seconds kControlGrace{5};

constexpr const char* kNoWord =
    "upgrade: the old process gave up or ended before it said to begin, so this one ends without "
    "having served; the old one's log says why, try again";

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

int Application::serve() try {
    inherit();
    raiseDescriptorLimit();
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
    if (takeover_ && !beginToServe(host, control.listeners(), logs)) {
        return leave(fail(EXIT_UNAVAILABLE, kNoWord), host, logs);
    }
    const auto pidFile = makePidFile(logs);
    ProcessLoop loop(host, logs, events,
                     {.run = [&upgrade] { return upgrade.run({}); },
                      .cancel = [&upgrade] { upgrade.cancel(); },
                      .done = [&upgrade] { return upgrade.done(); }});
    loop.announce(control.addresses());
    loop.watchFiles();
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
bool Application::beginToServe(Host& host, const std::vector<std::shared_ptr<Listener>>& control,
                               LogSystem& logs) const {
    auto& passed = inherited_->passed();
    if (!takeover_->ready(passed.unused())) return false;
    passed.confirm();
    for (const auto& each : host.listeners()) each.listener->socket().accepting().release();
    for (const auto& listener : control) listener->socket().accepting().release();
    logs.host().information("took over from process " + std::to_string(::getppid()));
    for (const auto& address : passed.closeUnused()) {
        logs.host().information("closed what the old process listened on: " + address);
    }
    return true;
}

}  // namespace berth::host
