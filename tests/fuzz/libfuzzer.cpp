// tests/fuzz/libfuzzer.cpp - the function that libFuzzer calls.
#include "fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    berth::fuzz::target({reinterpret_cast<const char*>(data), size});
    return 0;
}
