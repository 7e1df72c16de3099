// plugins/exec/command_run.h - sees one running command through to its end.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "berth/connection.h"
#include "exec/child_process.h"
#include "exec/reply.h"
#include "exec/request_error.h"
#include "exec/settings.h"

namespace berth::exec {

// How a command came to its end.
struct RunOutcome {
    std::optional<ExitStatus> status;    // none when it could not be reaped in time
    std::optional<RequestError> reason;  // why it was ended, when it did not end by itself
    std::chrono::milliseconds took{0};
};

// Passes the output of a child on while watching the client, the clock and the child.
//
// Threads:  as its Connection.
// Lifetime: borrows everything; run() once.
class CommandRun {
public:
    CommandRun(const Settings& settings, Connection& client, Reply& reply, ChildProcess& child,
               Framing framing);

    // Returns when the child has ended; nothing of its group is left then, and its closing line
    // is still to be written.
    // Throws: as the Connection; ConnectionLost when the client went. The child then still runs.
    [[nodiscard]] RunOutcome run();

private:
    using Clock = ChildProcess::Clock;

    // Waits for anything to happen. True when the child has ended.
    [[nodiscard]] bool waitAndServe();
    void takeClientEvents(ClientEvent events);
    void keepTime();
    void stop(RequestError reason, std::chrono::milliseconds grace);
    void forward(Stream stream, UniqueFd& pipe, std::size_t most);
    void drain(Stream stream, UniqueFd& pipe);
    [[nodiscard]] std::chrono::milliseconds untilNextStep() const;

    const Settings& settings_;
    Connection& client_;
    Reply& reply_;
    ChildProcess& child_;
    const Framing framing_;
    const Clock::time_point started_;
    Clock::time_point nextStep_;  // when keepTime() has something to do, besides probing
    std::optional<Clock::time_point> nextProbe_;
    bool clientFinished_ = false;
    bool killed_ = false;
    std::optional<RequestError> reason_;
};

}  // namespace berth::exec
