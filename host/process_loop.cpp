// host/process_loop.cpp
#include "host/process_loop.h"

#include <chrono>
#include <ctime>
#include <string>
#include <utility>

#include "berth/version.h"
#include "host/config/config_files.h"
#include "host/host.h"
#include "host/listen/service_notification.h"
#include "host/log/log_system.h"
#include "host/phrases.h"
#include "host/signal_events.h"
#include "host/watch/file_watch.h"

namespace berth::host {
namespace {

// What systemd asks for in RELOADING=1.
std::string monotonicMicroseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::to_string(now.tv_sec * 1'000'000LL + now.tv_nsec / 1000);
}

}  // namespace

void ProcessLoop::announce(const std::vector<ListenAddress>& control) {
    auto& log = logs_.host();
    for (const auto& service : host_.services()) {
        if (service.state != ServiceState::Serving) continue;
        log.information(service.name + " listens on " + commaList(service.addresses));
    }
    std::vector<std::string> addresses;
    for (const auto& address : control) addresses.push_back(toString(address));
    log.information("control port listens on " + commaList(addresses));
    const auto count = counted(host_.status().services, "service");
    log.information("berthd " BERTH_SDK_VERSION " is ready with " + count);
    notifyServiceManager("READY=1\nSTATUS=" + count);
}

bool ProcessLoop::run() {
    for (;;) {
        switch (events_.next()) {
            case ProcessEvent::Terminate:
                terminate(stopping_);
                break;
            case ProcessEvent::StopNow:
                terminate(true);
                break;
            case ProcessEvent::Reload:
                want(wanted_.reload);
                break;
            case ProcessEvent::ReopenLogs:
                reopenLogs();
                break;
            case ProcessEvent::Upgrade:
                want(wanted_.upgrade);
                break;
            case ProcessEvent::HandedOver:
                endBehind(stopping_);  // TERM came before this did
                break;
            case ProcessEvent::Finished:
                host_.onApplied(nullptr);
                watch_.reset();
                changes_ = {};
                drain_ = {};
                logs_.host().information("stopped");
                return clean_;
        }
    }
}

void ProcessLoop::want(bool& change) {
    const std::lock_guard lock(wantedMutex_);
    change = true;
    if (std::exchange(changing_, true)) return;
    changes_ = std::jthread([this] { carryOutWanted(); });  // the one before has ended
}

void ProcessLoop::carryOutWanted() {
    for (;;) {
        bool reloads = false;
        {
            const std::lock_guard lock(wantedMutex_);
            if (ending()) wanted_ = {};
            changing_ = wanted_.reload || wanted_.upgrade;
            if (!changing_) return;
            reloads = wanted_.reload;
            (reloads ? wanted_.reload : wanted_.upgrade) = false;
        }
        if (reloads) {
            reload({});
        } else {
            upgrade();
        }
    }
}

void ProcessLoop::terminate(bool now) {
    if (upgrade_.done()) {
        endBehind(true);
    } else if (!stopping_) {
        shutdown(now);
    } else if (now) {
        host_.cutEverything();
    }
}

void ProcessLoop::shutdown(bool now) {
    stopping_ = true;
    upgrade_.cancel();
    notifyServiceManager("STOPPING=1");
    logs_.host().information(now ? "stopping at once" : "draining");
    drain_ = std::jthread([this, now] {
        clean_ = host_.shutdown(now);
        events_.post(ProcessEvent::Finished);
    });
}

ProcessLoop::ProcessLoop(Host& host, LogSystem& logs, SignalEvents& events, UpgradeActions upgrade)
    : host_(host), logs_(logs), events_(events), upgrade_(std::move(upgrade)) {}

ProcessLoop::~ProcessLoop() {
    host_.onApplied(nullptr);
}

void ProcessLoop::watchFiles() {
    watch_ = std::make_unique<FileWatch>(FileWatch::Callbacks{
        .changed =
            [this](const std::vector<FileChange>& changes) {
                if (ending()) return;
                reload("watch: " + describe(changes, folderOf(host_.status().configFile)) + ": ");
            },
        .failed =
            [this](const std::string& why) {
                logs_.host().error("watch: " + why + "; files take effect by a reload only");
            }});
    host_.onApplied(
        [this](const HostConfig& config) { watch_->watch(watchPlan(config), config.readAt); });
}

void ProcessLoop::reload(const std::string& cause) {
    notifyServiceManager("RELOADING=1\nMONOTONIC_USEC=" + monotonicMicroseconds());
    const auto result = [this] {
        try {
            return host_.reload();
        } catch (const std::exception& error) {
            return ChangeResult::failure("failed", error.what());
        }
    }();
    log(cause, "reload", result);
    if (!ending()) notifyServiceManager("READY=1");
}

void ProcessLoop::upgrade() {
    notifyServiceManager("RELOADING=1\nMONOTONIC_USEC=" + monotonicMicroseconds());
    const auto result = upgrade_.run();
    log({}, "upgrade", result);
    if (result.ok()) {
        events_.post(ProcessEvent::HandedOver);
    } else if (!stopping_) {
        notifyServiceManager("READY=1");
    }
}

// The service manager deals with the new process by now.
void ProcessLoop::endBehind(bool now) {
    if (stopping_.exchange(true)) {
        if (now) host_.cutEverything();
        return;
    }
    logs_.host().information(now ? "stopping at once behind the new process"
                                 : "draining behind the new process");
    drain_ = std::jthread([this, now] {
        if (!now) host_.drainBehind();
        clean_ = host_.shutdown(true);
        events_.post(ProcessEvent::Finished);
    });
}

void ProcessLoop::log(const std::string& cause, const std::string& what,
                      const ChangeResult& result) {
    const auto level = result.ok() ? LogLevel::Information : LogLevel::Error;
    auto& log = logs_.host();
    log.write(level, cause + what + (result.ok() ? ": " : " refused: ") + result.text);
    for (const auto& line : result.lines) log.write(level, what + ": " + line);
}

void ProcessLoop::reopenLogs() {
    try {
        logs_.reopen();
        logs_.host().information("logs reopened");
    } catch (const std::exception& error) {
        logs_.host().error(error.what());
    }
}

}  // namespace berth::host
