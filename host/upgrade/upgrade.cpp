// host/upgrade/upgrade.cpp
#include "host/upgrade/upgrade.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

#include "host/listen/listener.h"
#include "host/listen/service_notification.h"
#include "host/upgrade/socket_names.h"

namespace berth::host {
namespace {

using Clock = UpgradeChannel::Clock;

// A process that closed its end is about to end.
constexpr std::chrono::seconds kEndGrace{2};
constexpr const char* kTooLate = "it was not ready within ";
constexpr const char* kToldToEnd = "this one was told to end, and ends";

ChangeResult failed(const std::string& binary, const std::string& why) {
    return ChangeResult::failure(ChangeError::Failed,
                                 "the new process (" + binary + ") did not take over: " + why +
                                     (why == kToldToEnd ? "" : "; this one goes on serving"));
}

std::string durationText(std::chrono::milliseconds duration) {
    return ValueCodec<std::chrono::milliseconds>::format(duration);
}

// `unused` is the text of Ready. The new process closes its copies, but this one has its own, on
// which clients would wait for nobody until this one ends.
void stopListening(const std::vector<OwnedListener>& listeners, const std::string& unused) {
    const auto list = ", " + unused + ", ";
    for (const auto& [owner, listener] : listeners) {
        const auto entry = ", " + describeSocket(listener->bound(), owner) + ", ";
        if (list.find(entry) != std::string::npos) listener->stopListening();
    }
}

// When it returns, the kernel tells this process of no client any more.
void hold(const std::vector<OwnedListener>& listeners, Clock::time_point deadline) {
    for (const auto& each : listeners) each.listener->socket().accepting().hold();
    for (const auto& each : listeners) {
        // By the deadline it may be too late anyway: then the new process says so.
        static_cast<void>(each.listener->socket().accepting().waitTakenBack(deadline));
    }
}

}  // namespace

Upgrade::Upgrade(ProgramStart start, Host& host, std::shared_ptr<const InheritedSockets> inherited,
                 Predecessors& predecessors)
    : start_(std::move(start)),
      host_(host),
      inherited_(std::move(inherited)),
      predecessors_(predecessors),
      cancel_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!cancel_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Upgrade::add(std::vector<std::shared_ptr<Listener>> control) {
    const detail::Lock lock(mutex_);
    control_ = std::move(control);
}

void Upgrade::cancel() noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(cancel_.value(), &one, sizeof one);
}

ChangeResult Upgrade::run(const std::filesystem::path& binary) {
    if (!running_.try_lock()) {
        return ChangeResult::failure(ChangeError::Conflict,
                                     "an upgrade is under way already; wait for its outcome");
    }
    const detail::Lock running(running_, std::adopt_lock);
    auto start = start_;
    if (!binary.empty()) start.binary = binary;
    if (!start.binary.is_absolute()) {
        return ChangeResult::failure(
            ChangeError::BadValue,
            binary.string() + ": the path of the new berthd must be absolute");
    }
    return host_.handOver([&](const auto& listeners, const auto& options) BERTH_REQUIRES(running_) {
        return offer(start, listeners, options);
    });
}

ChangeResult Upgrade::offer(const ProgramStart& start, Listeners listeners,
                            const HostOptions& options) try {
    {
        const detail::Lock lock(mutex_);
        for (const auto& listener : control_) listeners.push_back({"[control]", listener});
    }
    const auto deadline = Clock::now() + options.upgradeTimeout;
    auto [channel, theirs] = UpgradeChannel::pair();
    ChildProcess child(start, theirs.descriptor());
    theirs.close();

    std::string unused;
    auto problem = pass(channel, listeners, deadline)
                       ? awaitReady(channel, child, deadline, unused)
                       : "it ended (" + child.end(kEndGrace) + ") before it took the sockets";
    if (problem.empty()) {
        hold(listeners, deadline);
        // Sent by the process that is the main one until now; the new one tells the rest.
        notifyServiceManager("READY=1\nMAINPID=" + std::to_string(child.pid()));
        const auto facts =
            std::to_string(::getpid()) + ' ' + std::to_string(host_.lastConnection());
        if (!channel.send(UpgradeMessage::Go, facts, {}, deadline)) {
            problem = "it ended when it was to begin";
            notifyServiceManager("READY=1\nMAINPID=" + std::to_string(::getpid()));
            for (const auto& each : listeners) each.listener->socket().accepting().release();
        }
    }
    if (!problem.empty()) {
        if (problem == kTooLate) problem += durationText(options.upgradeTimeout);
        return failed(start.binary.string(), problem);
    }
    for (const auto& each : listeners) each.listener->leaveFile();
    stopListening(listeners, unused);
    child.letGo();
    done_ = true;
    std::vector<std::string> lines;
    if (const auto silent = answerFrom(std::move(channel)); !silent.empty()) {
        lines.push_back("the clients of this process are not listed by the new one: " + silent);
    }
    if (!unused.empty()) lines.push_back("closed, as no longer wanted: " + unused);
    return ChangeResult::success("process " + std::to_string(child.pid()) + " serves; " +
                                     std::to_string(::getpid()) + " drains",
                                 std::move(lines));
} catch (const std::system_error& error) {
    return failed(start.binary.string(), error.what());
}

bool Upgrade::pass(const UpgradeChannel& channel, const Listeners& listeners,
                   Clock::time_point deadline) const {
    std::vector<UniqueFd> copies;  // of what systemd passed
    SocketNames names;
    std::vector<int> descriptors;
    const auto flush = [&] {
        const bool sent = descriptors.empty() || channel.send(UpgradeMessage::Sockets, names.text(),
                                                              descriptors, deadline);
        names = {};
        descriptors.clear();
        return sent;
    };
    const auto add = [&](std::string_view owner, const ListenAddress& address, int descriptor) {
        names.add(owner, address);
        descriptors.push_back(descriptor);
        return descriptors.size() < UpgradeChannel::kMostDescriptors || flush();
    };
    for (const auto& [owner, listener] : listeners) {
        if (listener->wanted().kind == ListenAddress::Kind::Systemd) continue;
        if (!add(owner, listener->wanted(), listener->socket().impl()->sockfd())) return false;
    }
    for (const auto& name : inherited_->names()) {
        auto copy = inherited_->take(name);
        if (!copy) continue;
        copies.push_back(*std::move(copy));
        const ListenAddress address{.kind = ListenAddress::Kind::Systemd, .name = name};
        if (!add("systemd", address, copies.back().value())) return false;
    }
    return flush() && passFacts(channel, deadline) &&
           channel.send(UpgradeMessage::End, kUpgradeGreeting, {}, deadline);
}

bool Upgrade::passFacts(const UpgradeChannel& channel, Clock::time_point deadline) const {
    const auto older = predecessors_.passOn();
    if (!older.descriptors.empty() &&
        !channel.send(UpgradeMessage::Older, older.pids, older.descriptors, deadline)) {
        return false;
    }
    std::string stopped;
    for (const auto& name : host_.stoppedByOperator()) stopped += name + '\n';
    return stopped.empty() || channel.send(UpgradeMessage::Stopped, stopped, {}, deadline);
}

// Without it this process drains all the same.
std::string Upgrade::answerFrom(UpgradeChannel channel) {
    try {
        answering_.emplace(std::move(channel), host_);
        return {};
    } catch (const std::system_error& error) {
        return error.what();
    }
}

std::string Upgrade::awaitReady(const UpgradeChannel& channel, ChildProcess& child,
                                Clock::time_point deadline, std::string& unused) const {
    switch (channel.wait(deadline, cancel_.value())) {
        case UpgradeChannel::Wait::Woken:
            return kToldToEnd;
        case UpgradeChannel::Wait::Time:
            return kTooLate;
        case UpgradeChannel::Wait::Gone:
        case UpgradeChannel::Wait::Readable:
            break;
    }
    auto message = channel.receive();
    if (!message) return "it ended (" + child.end(kEndGrace) + ") before it was ready";
    if (message->kind == UpgradeMessage::Failed) {
        static_cast<void>(child.end(kEndGrace));
        return message->text;
    }
    if (message->kind != UpgradeMessage::Ready) return "it sent what this version does not know";
    unused = std::move(message->text);
    return {};
}

}  // namespace berth::host
