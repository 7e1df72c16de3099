// host/plugin/content_digest.cpp
#include "host/plugin/content_digest.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <system_error>

#include "berth/detail/uninterrupted.h"
#include "host/base/unique_fd.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {
namespace {

constexpr std::size_t kPiece = 65536;

[[noreturn]] void fail(const std::filesystem::path& file) {
    throw PluginError(file.string() +
                      ": cannot be read: " + std::generic_category().message(errno));
}

std::string hexadecimal(std::span<const unsigned char> bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) text += {kDigits[byte >> 4], kDigits[byte & 15]};
    return text;
}

}  // namespace

std::string contentDigest(const std::filesystem::path& file) {
    const UniqueFd opened(detail::openFile(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!opened) fail(file);
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest(::EVP_MD_CTX_new(),
                                                                    ::EVP_MD_CTX_free);
    if (!digest) throw std::bad_alloc();
    ::EVP_DigestInit_ex(digest.get(), ::EVP_sha256(), nullptr);
    std::array<std::byte, kPiece> piece;
    for (;;) {
        const auto count = ::read(opened.value(), piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(file);
        if (count == 0) break;
        ::EVP_DigestUpdate(digest.get(), piece.data(), static_cast<std::size_t>(count));
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> result{};
    unsigned size = 0;
    ::EVP_DigestFinal_ex(digest.get(), result.data(), &size);
    return hexadecimal(std::span(result).first(size));
}

}  // namespace berth::host
