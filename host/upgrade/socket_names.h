// host/upgrade/socket_names.h - how the sockets of one message are named.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/net/listen_address.h"

namespace berth::host {

// What ends the list of sockets; a process that means something else by them says another.
inline constexpr std::string_view kUpgradeGreeting = "berth upgrade 2";

// Owner and address of each socket, each followed by a zero byte: neither can hold one.
class SocketNames {
public:
    void add(std::string_view owner, const ListenAddress& address);
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    // Throws: ValueError for a text that this class did not make.
    [[nodiscard]] static std::vector<std::pair<std::string, ListenAddress>> parse(
        std::string_view text);

private:
    std::string text_;
};

}  // namespace berth::host
