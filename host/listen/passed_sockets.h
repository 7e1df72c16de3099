// host/listen/passed_sockets.h - listening sockets that another berthd passed on.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/base/unique_fd.h"
#include "host/net/listen_address.h"

namespace berth::host {

// How a socket is named to the other process: its bound address and its owner.
[[nodiscard]] std::string describeSocket(const ListenAddress& bound, std::string_view owner);

// Until confirm() the other process may still go on with them, and owns the files of Unix sockets.
//
// Threads: any.
class PassedSockets {
public:
    struct Entry {
        std::string owner;      // a service, or "[control]"
        ListenAddress address;  // as the other process's configuration wanted it
        UniqueFd socket;
    };
    struct Socket {
        UniqueFd socket;
        std::shared_ptr<const std::atomic<bool>> confirmed;
    };

    // None, and confirmed.
    PassedSockets() { confirm(); }
    explicit PassedSockets(std::vector<Entry> entries) : entries_(std::move(entries)) {}

    // The socket for an address, once: the owner's own before another's. With port 0 only the
    // owner's own. An address that was a port 0 is also found under the port that it got.
    [[nodiscard]] std::optional<Socket> take(const ListenAddress& wanted, std::string_view owner);
    // From here on the sockets are this process's alone.
    void confirm() noexcept { *confirmed_ = true; }
    [[nodiscard]] bool confirmed() const noexcept { return *confirmed_; }
    // Closes what nobody took and removes the files of Unix sockets among it, after confirm();
    // the addresses.
    std::vector<std::string> closeUnused();
    [[nodiscard]] std::vector<std::string> unused() const;

private:
    mutable detail::Mutex mutex_;
    std::vector<Entry> entries_ BERTH_GUARDED_BY(mutex_);
    const std::shared_ptr<std::atomic<bool>> confirmed_ = std::make_shared<std::atomic<bool>>();
};

}  // namespace berth::host
