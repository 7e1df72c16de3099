// tests/plugins/upload/crash/require.h - what must hold, else the scene or the state is wrong.
#pragma once

#include <stdexcept>
#include <string>

namespace berth::test {

inline void require(bool condition, const std::string& what) {
    if (!condition) throw std::runtime_error(what);
}

inline void requireEqual(const std::string& expected, const std::string& actual,
                         const std::string& what) {
    require(expected == actual, what + ": expected " + expected + ", got " + actual);
}

}  // namespace berth::test
