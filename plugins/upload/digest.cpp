// plugins/upload/digest.cpp
#include "upload/digest.h"

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "upload/system_call.h"

namespace berth::upload {
namespace {

constexpr std::size_t kBlock = std::size_t{256} << 10U;

void check(int done) {
    if (done != 1) throw std::runtime_error("OpenSSL cannot compute a SHA-256");
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    if (!context_) throw std::bad_alloc();
    check(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::update(std::span<const std::byte> bytes) {
    check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

void Sha256::updateFrom(int descriptor, std::uint64_t offset, std::uint64_t count) {
    std::vector<std::byte> block(std::min<std::uint64_t>(count, kBlock));
    for (std::uint64_t done = 0; done < count;) {
        const auto wanted = std::min<std::uint64_t>(count - done, block.size());
        const auto read = readAt(descriptor, std::span(block).first(wanted), offset + done);
        if (read == 0) throw std::runtime_error("a part became shorter while it was read");
        update(std::span(block).first(read));
        done += read;
    }
}

std::string Sha256::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    check(EVP_DigestFinal_ex(context_.get(), bytes.data(), &size));
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const auto byte : std::span(bytes).first(size)) {
        hex += digits[byte >> 4U];
        hex += digits[byte & 0xFU];
    }
    return hex;
}

}  // namespace berth::upload
