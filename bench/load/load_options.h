// bench/load/load_options.h - what a load run does.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace berth::bench {

enum class LoadMode {
    Echo,     // every connection sends messages and waits for as many bytes back
    Connect,  // every connection carries one message each way and is then reset
    Idle      // connections carry one message each way and then stay open, silent
};

struct LoadOptions {
    // HOST:PORT, [V6]:PORT or unix:PATH. The service there must answer every byte with one byte.
    std::string target;
    LoadMode mode = LoadMode::Echo;
    std::size_t connections = 1;  // open at the same time
    std::size_t messageSize = 64;
    std::size_t depth = 1;  // messages on their way at once on one connection
    std::size_t threads = 1;
    // Connect: clients that come a second, ready or not, whose latency counts from when they were
    // due. Zero: each of the connections is followed by the next at once.
    std::size_t rate = 0;
    std::chrono::milliseconds warmUp{500};
    std::chrono::milliseconds duration{3000};  // Idle: zero holds until the run is stopped
    // How long the server may let a connection or a last reply wait before it counts as an error.
    std::chrono::milliseconds patience{10000};
    bool verifyContent = true;  // false: only the number of bytes is checked
    // Loopback addresses to connect from, 127.0.0.1 and up; zero: as many as the connections need.
    std::size_t sources = 0;
};

}  // namespace berth::bench
