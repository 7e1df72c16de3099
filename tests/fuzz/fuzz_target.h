// tests/fuzz/fuzz_target.h - what each fuzz target is made of.
//
// A target is one file that defines `berth::fuzz::target`. libFuzzer calls it where the compiler
// has libFuzzer (preset `asan`); elsewhere replay.cpp calls it for a folder of inputs and for
// small changes of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace berth::fuzz {

// Looks at one input. A property that does not hold, an exception that nobody announced and
// whatever a sanitizer finds end the process.
void target(std::string_view input);

// What must hold for every input.
inline void require(bool holds, std::string_view what) {
    if (holds) return;
    std::cerr << "does not hold: " << what << std::endl;
    std::abort();
}

// Cuts an input in two at a place that the input itself says, so that a fuzzer can move it.
class Splitter {
public:
    explicit Splitter(std::string_view input) {
        if (input.empty()) return;
        const auto body = input.substr(1);
        const auto at = static_cast<unsigned char>(input.front()) % (body.size() + 1);
        whole = body;
        first = body.substr(0, at);
        second = body.substr(at);
    }

    std::string_view whole;
    std::string_view first;
    std::string_view second;
};

}  // namespace berth::fuzz
