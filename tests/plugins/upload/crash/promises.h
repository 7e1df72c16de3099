// tests/plugins/upload/crash/promises.h - what clients were told, and so must be true after a
// crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace berth::test {

struct Promises {
    // Names that have a file, by the event since which it is there: this or a later one must stay.
    std::map<std::string, std::size_t> published;
    // Bytes that a stopped service keeps of unfinished files.
    std::map<std::string, std::uint64_t> stored;

    bool operator==(const Promises&) const = default;
};

// What the clients of one name may send.
struct Sent {
    std::string bytes;
    bool refused = false;  // its digest is not what the client tells
    std::string digest{};  // the member of the header that tells it
};
using SentFiles = std::map<std::string, std::vector<Sent>>;

}  // namespace berth::test
