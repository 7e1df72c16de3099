// host/listen/inherited_sockets.h - listening sockets handed over by systemd (LISTEN_FDS).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/unique_fd.h"
#include "host/listen/passed_sockets.h"

namespace berth::host {

// The sockets of sd_listen_fds(3), owned, close-on-exec. A socket can be taken several times: a
// reload that closes and opens a listener again finds it still here.
class InheritedSockets {
public:
    // Takes what the environment names, once: LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES are unset
    // so that children do not take it for theirs. Empty when they are for another process.
    // Threads: call before any other thread runs, since it changes the environment.
    static InheritedSockets fromEnvironment();

    // Takes what another process passed on; those it had from systemd are systemd's here too.
    static InheritedSockets fromProcess(std::vector<PassedSockets::Entry> sockets);

    // A duplicate of the socket of that name; names that occur twice count as `NAME.1`, `NAME.2`.
    [[nodiscard]] std::optional<UniqueFd> take(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;
    // For who misses one of them: the names, or why there are none.
    [[nodiscard]] std::string describe() const;
    // Why nothing can be accepted from what systemd handed over, and what to write in its unit;
    // empty when clients can.
    [[nodiscard]] static std::string whyUnusable(int socket);
    // What another process of ours passed on; empty at an ordinary start.
    [[nodiscard]] PassedSockets& passed() const noexcept { return *passed_; }

private:
    struct Entry {
        std::string name;
        UniqueFd socket;
    };
    std::vector<Entry> entries_;
    std::string remark_;  // on what the environment says and does not hold
    std::shared_ptr<PassedSockets> passed_ = std::make_shared<PassedSockets>();
};

}  // namespace berth::host
