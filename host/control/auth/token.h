// host/control/auth/token.h - the secret that a control client over TCP must show.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace berth::host::control {

// Reads the token, or makes the file first: 32 random bytes in hexadecimal, mode 0600, complete
// or not there at all. The folder is made too (0700) when only it is missing.
//
// Throws: std::runtime_error with one line when the file cannot be used: not a plain file of this
//         user, open to others, too short. The text never holds the token.
[[nodiscard]] std::string loadOrCreateToken(const std::filesystem::path& file);

// In a time that does not depend on where the two differ.
[[nodiscard]] bool sameToken(std::string_view expected, std::string_view shown) noexcept;

}  // namespace berth::host::control
