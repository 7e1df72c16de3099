// plugins/exec/command_run.cpp
#include "exec/command_run.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <limits>
#include <span>
#include <utility>

#include "berth/errors.h"
#include "berth/units.h"

namespace berth::exec {
namespace {

using std::chrono::milliseconds;

constexpr auto kAll = std::numeric_limits<std::size_t>::max();
constexpr milliseconds kProbeEvery{1000};
// How long the kernel is given to end a killed child; it needs longer only for a stuck disk.
constexpr milliseconds kKillPatience{5000};

// The descriptors of a child that are still worth watching.
class Watched {
public:
    explicit Watched(ChildProcess& child) {
        add(child.exitEvent());
        add(child.out().value());
        add(child.err().value());
    }

    [[nodiscard]] std::span<pollfd> all() noexcept { return std::span(entries_).first(count_); }
    [[nodiscard]] bool ready(int descriptor) const noexcept {
        return std::ranges::any_of(std::span(entries_).first(count_), [&](const pollfd& entry) {
            return entry.fd == descriptor && entry.revents != 0;
        });
    }

private:
    void add(int descriptor) noexcept {
        if (descriptor >= 0) entries_[count_++] = {descriptor, POLLIN, 0};
    }

    std::array<pollfd, 3> entries_{};
    std::size_t count_ = 0;
};

}  // namespace

CommandRun::CommandRun(const Settings& settings, Connection& client, Reply& reply,
                       ChildProcess& child, Framing framing)
    : settings_(settings),
      client_(client),
      reply_(reply),
      child_(child),
      framing_(framing),
      started_(child.started()),
      nextStep_(started_ + settings.timeout) {}

RunOutcome CommandRun::run() {
    bool ended = false;
    while (!ended && !(killed_ && Clock::now() >= nextStep_)) ended = waitAndServe();
    RunOutcome outcome;
    if (ended) {
        // The child is not reaped yet, so the group's number is still its own.
        child_.signalGroup(SIGKILL);
        drain(Stream::Out, child_.out());
        drain(Stream::Err, child_.err());
        outcome.status = child_.reap();
    }
    outcome.reason = std::move(reason_);
    outcome.took = std::chrono::duration_cast<milliseconds>(Clock::now() - started_);
    return outcome;
}

bool CommandRun::waitAndServe() {
    Watched watched(child_);
    const auto events = clientFinished_ ? ClientEvent::None : ClientEvent::Finished;
    const auto result = client_.wait(watched.all(), untilNextStep(), events);
    takeClientEvents(result.client);
    if (watched.ready(child_.out().value())) forward(Stream::Out, child_.out(), kAll);
    if (watched.ready(child_.err().value())) forward(Stream::Err, child_.err(), kAll);
    if (watched.ready(child_.exitEvent())) return true;
    keepTime();
    return false;
}

void CommandRun::takeClientEvents(ClientEvent events) {
    if (has(events, ClientEvent::Lost)) {
        throw ConnectionLost("the client went while its command ran");
    }
    if (!has(events, ClientEvent::Finished)) return;
    clientFinished_ = true;
    // Nobody can tell a client that only finished sending from one that is gone, but by sending.
    if (framing_ == Framing::Frames) {
        nextProbe_ = Clock::now();
    } else if (!reason_) {
        nextStep_ = std::min(nextStep_, Clock::now() + settings_.halfCloseGrace);
    }
}

void CommandRun::keepTime() {
    const auto now = Clock::now();
    if (nextProbe_ && now >= *nextProbe_) {
        reply_.probe();
        nextProbe_ = now + kProbeEvery;
    }
    if (now < nextStep_ || killed_) return;
    if (reason_) {
        stop(*std::move(reason_), milliseconds(0));
    } else if (now < started_ + settings_.timeout) {
        stop({code::kClientFinished, "the client sends no more and the command went on for " +
                                         formatDuration(settings_.halfCloseGrace)},
             settings_.killGrace);
    } else {
        stop({code::kTimeout, "the command took longer than " + formatDuration(settings_.timeout)},
             settings_.killGrace);
    }
}

// Ends the group: TERM first when there is a grace, then KILL.
void CommandRun::stop(RequestError reason, milliseconds grace) {
    reason_ = std::move(reason);
    killed_ = grace == milliseconds(0);
    child_.signalGroup(killed_ ? SIGKILL : SIGTERM);
    nextStep_ = Clock::now() + (killed_ ? kKillPatience : grace);
}

void CommandRun::forward(Stream stream, UniqueFd& pipe, std::size_t most) {
    const auto room = reply_.buffer().first(std::min(most, reply_.buffer().size()));
    const auto count = ::read(pipe.value(), room.data(), room.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return pipe.reset();
    auto bytes = static_cast<std::size_t>(count);
    const auto limit = settings_.maxOutput.value;
    const auto left = limit == 0 ? bytes : limit - std::min(limit, reply_.written());
    if (bytes > left) {
        bytes = static_cast<std::size_t>(left);
        if (!reason_ || reason_->code != code::kOutputLimit) {
            stop({code::kOutputLimit,
                  "the command wrote more than " + formatByteCount(settings_.maxOutput)},
                 milliseconds(0));
        }
    }
    if (bytes != 0) reply_.write(stream, bytes);
}

// Passes on what is in the pipe now, and no more: a process that left the group may write for ever.
void CommandRun::drain(Stream stream, UniqueFd& pipe) {
    int present = 0;
    if (!pipe || ::ioctl(pipe.value(), FIONREAD, &present) != 0) return;
    for (auto left = static_cast<std::size_t>(present); left != 0 && pipe;) {
        const auto most = std::min(left, reply_.buffer().size());
        forward(stream, pipe, most);
        left -= most;
    }
}

milliseconds CommandRun::untilNextStep() const {
    const auto next = nextProbe_ ? std::min(nextStep_, *nextProbe_) : nextStep_;
    const auto left = std::chrono::ceil<milliseconds>(next - Clock::now());
    return std::max(left, milliseconds(0));
}

}  // namespace berth::exec
