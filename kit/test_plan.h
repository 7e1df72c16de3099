// kit/test_plan.h - what is tested of a plugin, and how patiently.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "berth/setting_value.h"

namespace berth::kit {

struct TestPlan {
    std::filesystem::path file;
    std::string kind;
    std::filesystem::path staging;  // where copies of the file are loaded from
    std::vector<SettingValue> values;
    std::size_t cycles = 1000;
    bool threads = true;
    bool fibers = true;
    std::uint64_t seed = 0;                          // of the garbage
    std::string request = "hello\n";                 // what clients say that mean well
    std::size_t stackSize = 65536;                   // of a fiber, as the host's default
    std::chrono::milliseconds patience{3000};        // for a handler to end when its client left
    std::chrono::milliseconds loopLimit{1000};       // for another client's answer on the same loop
    std::chrono::milliseconds silenceLimit{30'000};  // without a word of the child: it hangs
};

}  // namespace berth::kit
