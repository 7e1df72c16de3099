// host/control/auth/token.cpp
#include "host/control/auth/token.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "berth/detail/uninterrupted.h"
#include "host/base/owned_path.h"
#include "host/base/replacement_file.h"
#include "host/base/unique_fd.h"

namespace berth::host::control {
namespace {

constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kShortestToken = 32;  // characters
constexpr std::size_t kLongestToken = 1024;
constexpr mode_t kTokenMode = 0600;
constexpr mode_t kTokenFolderMode = 0700;
constexpr mode_t kOpenToOthers = 077;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why) {
    throw std::runtime_error("control token " + file.string() + ": " + why);
}

[[noreturn]] void failWithErrno(const std::filesystem::path& file, const std::string& doing) {
    fail(file, "cannot " + doing + ": " + std::generic_category().message(errno));
}

void requirePrivate(const std::filesystem::path& file, int descriptor) {
    struct stat found {};
    if (::fstat(descriptor, &found) != 0) failWithErrno(file, "look at it");
    if (!S_ISREG(found.st_mode)) fail(file, "is no plain file; remove it or set token_file");
    if (found.st_uid != ::geteuid()) {
        fail(file, "belongs to another user (uid " + std::to_string(found.st_uid) +
                       "); remove it or set token_file");
    }
    if ((found.st_mode & kOpenToOthers) != 0) {
        fail(file, "other users can read it, so it is no secret; remove it for a new one");
    }
}

std::string readAll(const std::filesystem::path& file, int descriptor) {
    std::array<char, kLongestToken + 2> buffer{};
    std::size_t filled = 0;
    while (filled < buffer.size()) {
        const auto count = ::read(descriptor, buffer.data() + filled, buffer.size() - filled);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) failWithErrno(file, "read it");
        if (count == 0) break;
        filled += static_cast<std::size_t>(count);
    }
    return {buffer.data(), filled};
}

bool isTokenCharacter(char c) noexcept {
    return c > ' ' && c < '\x7f';
}

// Nothing when there is no such file.
std::optional<std::string> readToken(const std::filesystem::path& file) {
    const UniqueFd descriptor(
        detail::openFile(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!descriptor && errno == ENOENT) return std::nullopt;
    if (!descriptor && errno == ELOOP) fail(file, "is a symbolic link; name the file itself");
    if (!descriptor) failWithErrno(file, "open it");
    requirePrivate(file, descriptor.value());
    auto token = readAll(file, descriptor.value());
    if (token.ends_with('\n')) token.pop_back();
    if (token.size() < kShortestToken || token.size() > kLongestToken ||
        !std::ranges::all_of(token, isTokenCharacter)) {
        fail(file,
             "holds no token (one line of 32 to 1024 characters without blanks); "
             "remove it for a new one");
    }
    return token;
}

std::string randomToken() {
    std::array<std::uint8_t, kRandomBytes> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string token;
    for (const auto byte : bytes) {
        token += kDigits[byte >> 4U];
        token += kDigits[byte & 0xfU];
    }
    return token;
}

std::string createToken(const std::filesystem::path& file, int folder) {
    auto token = randomToken();
    try {
        ReplacementFile made(folder, file.filename(), kTokenMode);
        made.write(token + '\n');
        if (made.publish()) return token;
    } catch (const std::system_error& error) {
        fail(file, error.what());
    }
    return readToken(file).value_or(std::string());  // somebody else made it meanwhile
}

// Who could put another file in its place would know the token.
UniqueFd folderOf(const std::filesystem::path& file) try {
    const auto folder = std::filesystem::absolute(file).parent_path();
    ::mkdir(folder.c_str(), kTokenFolderMode);  // what fails here fails again below, with a text
    return openSafeFolder(folder);
} catch (const PathError& error) {
    fail(file, error.what());
}

}  // namespace

std::string loadOrCreateToken(const std::filesystem::path& file) {
    const auto folder = folderOf(file);
    if (auto token = readToken(file)) return *token;
    auto token = createToken(file, folder.value());
    if (token.empty()) fail(file, "vanished while it was made; start again");
    return token;
}

bool sameToken(std::string_view expected, std::string_view shown) noexcept {
    if (expected.empty() || expected.size() != shown.size()) return false;
    return CRYPTO_memcmp(expected.data(), shown.data(), expected.size()) == 0;
}

}  // namespace berth::host::control
