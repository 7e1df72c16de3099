// plugins/upload/digest.h - SHA-256 of bytes that come in pieces.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace berth::upload {

// OpenSSL's, which uses the processor's own instructions.
//
// Threads: one at a time.
class Sha256 {
public:
    Sha256();

    void update(std::span<const std::byte> bytes);
    // `count` bytes of a file from `offset` on. Throws: std::system_error.
    void updateFrom(int descriptor, std::uint64_t offset, std::uint64_t count);
    // Lower-case hex. Requires: nothing is called afterwards.
    [[nodiscard]] std::string finish();

private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace berth::upload
