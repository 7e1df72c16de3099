// plugins/uppercase/ascii.cpp - ASCII upper case, 32 bytes at a time.
#include "ascii.h"

#include "vector_loop.h"

namespace berth::uppercase {
namespace {

// A letter and its upper case differ in one bit.
constexpr unsigned char kCaseBit = 'a' ^ 'A';

struct UpperLoop {
    void operator()(unsigned char* bytes, std::size_t size) const noexcept {
        for (; size >= kVectorSize; bytes += kVectorSize, size -= kVectorSize) {
            Vector vector;
            load(vector, bytes);
            const Vector letters = static_cast<Vector>(vector - 'a' < 26);
            vector ^= letters & kCaseBit;
            store(vector, bytes);
        }
        for (std::size_t i = 0; i < size; ++i) {
            if (bytes[i] >= 'a' && bytes[i] <= 'z') bytes[i] ^= kCaseBit;
        }
    }
};

}  // namespace

void toUpperAscii(std::span<std::byte> bytes) noexcept {
    runVectorLoop(UpperLoop{}, reinterpret_cast<unsigned char*>(bytes.data()), bytes.size());
}

}  // namespace berth::uppercase
