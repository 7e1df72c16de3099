// plugins/uppercase/ascii.cpp - ASCII upper case, 32 bytes at a time.
#include "ascii.h"

namespace berth::uppercase {
namespace {

struct UpperLoop {
    void operator()(unsigned char* bytes, std::size_t size) const noexcept {
        for (; size >= kVectorSize; bytes += kVectorSize, size -= kVectorSize) {
            Vector vector;
            load(vector, bytes);
            toUpper(vector);
            store(vector, bytes);
        }
        for (std::size_t i = 0; i < size; ++i) toUpper(bytes[i]);
    }
};

// Counts whole vectors of ASCII.
struct AsciiLoop {
    std::size_t operator()(const char* text, std::size_t size) const noexcept {
        std::size_t at = 0;
        for (; size - at >= kVectorSize; at += kVectorSize) {
            Vector vector;
            load(vector, text + at);
            vector &= 0x80;
            if (!isZero(vector)) break;
        }
        return at;
    }
};

}  // namespace

void toUpperAscii(std::span<std::byte> bytes) noexcept {
    runVectorLoop(UpperLoop{}, reinterpret_cast<unsigned char*>(bytes.data()), bytes.size());
}

std::size_t asciiLength(std::string_view text) noexcept {
    auto length = text.size() < kVectorSize ? std::size_t{0}
                                            : runVectorLoop(AsciiLoop{}, text.data(), text.size());
    while (length < text.size() && static_cast<unsigned char>(text[length]) < 0x80) ++length;
    return length;
}

}  // namespace berth::uppercase
