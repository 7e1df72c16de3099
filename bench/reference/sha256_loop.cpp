// bench/reference/sha256_loop.cpp - the speed of OpenSSL's SHA-256 alone, over bytes in memory.
//
// usage: sha256_loop BYTES    prints bytes a second, and the digest of as many bytes 0x5a
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

namespace {

constexpr std::size_t kPiece = std::size_t{256} * 1024;

}  // namespace

int main(int argc, char** argv) {
    const auto total = argc == 2 ? std::strtoull(argv[1], nullptr, 10) : 0;
    if (total == 0) {
        std::fputs("usage: sha256_loop BYTES\n", stderr);
        return 64;
    }
    const std::vector<unsigned char> piece(kPiece, 0x5a);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(),
                                                                         &EVP_MD_CTX_free);
    std::array<unsigned char, EVP_MAX_MD_SIZE> result{};
    const auto start = std::chrono::steady_clock::now();
    bool well = EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1;
    for (auto left = total; well && left != 0;) {
        const auto count = std::min<unsigned long long>(left, kPiece);
        well = EVP_DigestUpdate(digest.get(), piece.data(), count) == 1;
        left -= count;
    }
    unsigned size = 0;
    well = well && EVP_DigestFinal_ex(digest.get(), result.data(), &size) == 1;
    if (!well) {
        std::fputs("sha256_loop: OpenSSL cannot compute SHA-256\n", stderr);
        return 69;
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    std::printf("%.0f ", static_cast<double>(total) / elapsed.count());
    for (unsigned i = 0; i < size; ++i) std::printf("%02x", result[i]);
    std::puts("");
}
