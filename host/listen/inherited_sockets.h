// host/listen/inherited_sockets.h - listening sockets handed over by systemd (LISTEN_FDS).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/unique_fd.h"

namespace berth::host {

// The sockets of sd_listen_fds(3), owned, close-on-exec. A socket can be taken several times: a
// reload that closes and opens a listener again finds it still here.
class InheritedSockets {
public:
    // Takes what the environment names, once: LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES are unset
    // so that children do not take it for theirs. Empty when they are for another process.
    // Threads: call before any other thread runs, since it changes the environment.
    static InheritedSockets fromEnvironment();

    // A duplicate of the socket of that name; names that occur twice count as `NAME.1`, `NAME.2`.
    [[nodiscard]] std::optional<UniqueFd> take(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;

private:
    struct Entry {
        std::string name;
        UniqueFd socket;
    };
    std::vector<Entry> entries_;
};

}  // namespace berth::host
