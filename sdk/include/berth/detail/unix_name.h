// berth/detail/unix_name.h - the name of a Unix socket, from how people write it to how the kernel
// has it. Used by the host and the tools.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <optional>
#include <string_view>

namespace berth::detail {

// Most bytes of a path or of `@NAME`.
inline constexpr std::size_t kLongestUnixName = sizeof(sockaddr_un::sun_path) - 1;

struct UnixName {
    sockaddr_un address{};
    socklen_t length = 0;

    [[nodiscard]] const sockaddr* raw() const noexcept {
        return reinterpret_cast<const sockaddr*>(&address);
    }
};

// `@NAME` is a socket of the abstract name space: it has no file, and ends with its process.
[[nodiscard]] constexpr bool isAbstractUnixName(std::string_view text) noexcept {
    return text.starts_with('@');
}

// From a path or `@NAME`; nothing when the text is empty, too long or holds a NUL.
[[nodiscard]] inline std::optional<UnixName> parseUnixName(std::string_view text) noexcept {
    const bool abstract = isAbstractUnixName(text);
    if (text.empty() || text == "@" || text.size() > kLongestUnixName) return std::nullopt;
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    UnixName name;
    name.address.sun_family = AF_UNIX;
    text.copy(name.address.sun_path, text.size());
    if (abstract) name.address.sun_path[0] = '\0';
    // The end of a path is its NUL; that of an abstract name, its length.
    name.length =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size() + (abstract ? 0 : 1));
    return name;
}

}  // namespace berth::detail
