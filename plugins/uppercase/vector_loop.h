// plugins/uppercase/vector_loop.h - loops over many bytes at once, as wide as the machine allows.
#pragma once

#include <cstddef>
#include <cstring>

namespace berth::uppercase {

// Bytes that one operation works on: the size of an AVX2 register; without AVX2 the compiler
// takes two registers of half that size. What a comparison gives is 0xFF for true.
using Vector [[gnu::vector_size(32)]] = unsigned char;
inline constexpr std::size_t kVectorSize = sizeof(Vector);

// Through pointers, since a vector by value has no calling convention that suits every machine.
inline void load(Vector& vector, const void* bytes) noexcept {
    std::memcpy(&vector, bytes, kVectorSize);
}
inline void store(const Vector& vector, void* bytes) noexcept {
    std::memcpy(bytes, &vector, kVectorSize);
}
inline bool isZero(const Vector& vector) noexcept {
    unsigned long long parts[kVectorSize / sizeof(unsigned long long)];
    std::memcpy(parts, &vector, kVectorSize);
    return (parts[0] | parts[1] | parts[2] | parts[3]) == 0;
}

#if defined(__x86_64__)

template <class Loop, class... Arguments>
[[gnu::target("avx2"), gnu::flatten]] auto runWide(Loop loop, Arguments... arguments) noexcept {
    return loop(arguments...);
}

// Runs `loop`, a function object, compiled for AVX2 where the machine has it.
template <class Loop, class... Arguments>
auto runVectorLoop(Loop loop, Arguments... arguments) noexcept {
    static const bool kWide = __builtin_cpu_supports("avx2") != 0;
    return kWide ? runWide(loop, arguments...) : loop(arguments...);
}

#else

template <class Loop, class... Arguments>
auto runVectorLoop(Loop loop, Arguments... arguments) noexcept {
    return loop(arguments...);
}

#endif

}  // namespace berth::uppercase
