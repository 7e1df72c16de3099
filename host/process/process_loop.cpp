// host/process/process_loop.cpp
#include "host/process/process_loop.h"

#include <chrono>
#include <ctime>
#include <string>
#include <utility>

#include "berth/version.h"
#include "host/base/phrases.h"
#include "host/config/config_files.h"
#include "host/host.h"
#include "host/listen/service_notification.h"
#include "host/log/log_system.h"
#include "host/process/service_watchdog.h"
#include "host/process/signal_events.h"
#include "host/watch/file_watch.h"

namespace berth::host {
namespace {

// From the second TERM, or `shutdown now`, to the end: handlers that were cut, then stop().
constexpr std::chrono::seconds kTimeAtOnce{15};

// What systemd asks for in RELOADING=1.
std::string monotonicMicroseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::to_string(now.tv_sec * 1'000'000LL + now.tv_nsec / 1000);
}

// A change that throws, as when memory or threads run out, is one that failed.
ChangeResult outcomeOf(const std::function<ChangeResult()>& change) {
    try {
        return change();
    } catch (const std::exception& error) {
        return ChangeResult::failure(ChangeError::Failed, error.what());
    }
}

}  // namespace

void ProcessLoop::announce(const std::vector<ListenAddress>& control) {
    auto& log = logs_.host();
    for (const auto& service : host_.inventory().services()) {
        if (service.state != ServiceState::Serving) continue;
        log.information(service.name + " listens on " + commaList(service.addresses));
    }
    std::vector<std::string> addresses;
    for (const auto& address : control) addresses.push_back(toString(address));
    log.information("control port listens on " + commaList(addresses));
    const auto count = counted(host_.inventory().status().services, "service");
    log.information("berthd " BERTH_SDK_VERSION " is ready with " + count);
    notifyServiceManager("READY=1\nSTATUS=" + count);
    watchdog_->answer();
}

bool ProcessLoop::run() {
    for (;;) {
        const auto request = events_.next();
        if (!request.sender.empty()) logs_.host().information(request.sender);
        switch (request.event) {
            case ProcessEvent::Terminate:
                terminate(stopping_ ? Shutdown::Now : Shutdown::Drain);
                break;
            case ProcessEvent::StopNow:
                terminate(Shutdown::Now);
                break;
            case ProcessEvent::Reload:
                want(&Wanted::reload);
                break;
            case ProcessEvent::ReopenLogs:
                reopenLogs();
                break;
            case ProcessEvent::Upgrade:
                want(&Wanted::upgrade);
                break;
            case ProcessEvent::OutOfTime:
                if (stopping_) break;  // it comes every second
                logs_.host().error("RLIMIT_CPU is reached; the kernel kills at the hard limit");
                terminate(Shutdown::Drain);
                break;
            case ProcessEvent::HandedOver:
                endBehind(stopping_ ? Shutdown::Now
                                    : Shutdown::Drain);  // TERM came before this did
                break;
            case ProcessEvent::Beat:
                if (watchdog_) watchdog_->answer();
                break;
            case ProcessEvent::Finished:
                host_.onApplied(nullptr);
                watch_.reset();
                changes_.reset();
                drain_.reset();
                logs_.host().information("stopped");
                return clean_;
        }
    }
}

void ProcessLoop::want(bool Wanted::*change) {
    const detail::Lock lock(wantedMutex_);
    wanted_.*change = true;
    if (std::exchange(changing_, true)) return;
    changes_->run([this] { carryOutWanted(); });
}

void ProcessLoop::carryOutWanted() {
    for (;;) {
        bool reloads = false;
        {
            const detail::Lock lock(wantedMutex_);
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

void ProcessLoop::terminate(Shutdown how) {
    if (upgrade_.done()) {
        endBehind(Shutdown::Now);
    } else if (!stopping_) {
        shutdown(how);
    } else if (how == Shutdown::Now) {
        events_.endWithin(kTimeAtOnce);
        host_.cutEverything();
    }
}

void ProcessLoop::shutdown(Shutdown how) {
    stopping_ = true;
    events_.endWithin(timeFor(how));
    upgrade_.cancel();
    notifyServiceManager("STOPPING=1");
    logs_.host().information(how == Shutdown::Now ? "stopping at once" : "draining");
    end([this, how] { return host_.shutdown(how); });
}

ProcessLoop::ProcessLoop(Host& host, LogSystem& logs, SignalEvents& events, UpgradeActions upgrade)
    : host_(host),
      logs_(logs),
      events_(events),
      upgrade_(std::move(upgrade)),
      watch_(std::make_unique<FileWatch>(FileWatch::Callbacks{
          .changed =
              [this](const std::vector<FileChange>& changes) {
                  if (ending()) return;
                  reload("watch: " +
                         describe(changes, folderOf(host_.inventory().status().configFile)) + ": ");
              },
          .failed =
              [this](const std::string& why) {
                  logs_.host().error(
                      "watch: " + why +
                      "; it is tried again every 5 s; until then files take effect by a reload");
              }})),
      changes_(std::make_unique<TaskThread>()),
      drain_(std::make_unique<TaskThread>()),
      watchdog_(std::make_unique<ServiceWatchdog>(
          ServiceWatchdog::Checks{.loopsTurn = [this] { return host_.loopsTurn(); },
                                  .askMainLoop = [this] { events_.post(ProcessEvent::Beat); }})) {}

ProcessLoop::~ProcessLoop() {
    host_.onApplied(nullptr);
}

void ProcessLoop::watchFiles() {
    host_.onApplied(
        [this](const HostConfig& config) { watch_->watch(watchPlan(config), config.readAt); });
}

void ProcessLoop::reload(const std::string& cause) {
    notifyServiceManager("RELOADING=1\nMONOTONIC_USEC=" + monotonicMicroseconds());
    const auto result = outcomeOf([this] { return host_.services().reload(false); });
    log(cause, "reload", result);
    if (!ending()) notifyServiceManager("READY=1");
}

void ProcessLoop::upgrade() {
    notifyServiceManager("RELOADING=1\nMONOTONIC_USEC=" + monotonicMicroseconds());
    const auto result = outcomeOf(upgrade_.run);
    log({}, "upgrade", result);
    if (result.ok()) {
        events_.post(ProcessEvent::HandedOver);
    } else if (!stopping_) {
        notifyServiceManager("READY=1");
    }
}

// The service manager deals with the new process by now.
void ProcessLoop::endBehind(Shutdown how) {
    const bool again = stopping_.exchange(true);
    const bool now = how == Shutdown::Now;
    events_.endWithin(timeFor(how));
    if (again) {
        if (now) host_.cutEverything();
        return;
    }
    watchdog_.reset();
    logs_.host().information(now ? "stopping at once behind the new process"
                                 : "draining behind the new process");
    end([this, now] {
        if (!now) host_.drainBehind();
        return host_.shutdown(Shutdown::Now);
    });
}

std::chrono::milliseconds ProcessLoop::timeFor(Shutdown how) const {
    if (how == Shutdown::Now) return kTimeAtOnce;
    return host_.longestEnd();
}

void ProcessLoop::end(std::function<bool()> drain) {
    drain_->run([this, drain = std::move(drain)] {
        try {
            clean_ = drain();
        } catch (const std::exception& error) {
            logs_.host().error(std::string("the drain failed: ") + error.what());
            clean_ = false;
        }
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
