// tests/fuzz/protocol/script.h - what the clients of one fuzz input do, one after the other.
//
// An input is what clients send, with marks in it. So a corpus is readable, and a change of a byte
// moves the end of a piece as well as it changes a header.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::fuzz {

enum class Mark : char {
    PieceEnds = 1,  // what follows arrives later
    Silence = 2,    // nothing arrives until the server's patience is over
    Finish = 3,     // the client sends no more; what follows is another client's
    Reset = 4,      // the connection breaks; what follows is another client's
    Long = 5        // the next byte a thousand times
};

struct Step {
    enum class Kind { Bytes, Silence, Finish, Reset };

    Kind kind = Kind::Bytes;
    std::string bytes;
};

// One client. The last step is Finish or Reset, and no other.
using Script = std::vector<Step>;

// At least one client and at most kMostClients.
[[nodiscard]] std::vector<Script> parseScripts(std::string_view input);
inline constexpr std::size_t kMostClients = 6;

}  // namespace berth::fuzz
