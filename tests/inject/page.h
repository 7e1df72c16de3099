// tests/inject/page.h - the memory that the processes of one host and the driver share.
//
// The driver (page.py) reads and writes the same layout: change both.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace berth::inject {

constexpr std::uint32_t kMagic = 0x314a4e49;  // "INJ1"
constexpr std::size_t kModules = 64;
constexpr std::size_t kPhases = 8;
constexpr std::size_t kNameSize = 48;
constexpr std::size_t kMostFrames = 16;
constexpr std::size_t kRecords = 32768;

// A return address within one of the host's own files.
struct Frame {
    std::uint32_t module;  // the first bytes of its build id
    std::uint32_t offset;  // of the call
    bool operator==(const Frame&) const = default;
};

enum class Mode : std::uint32_t { Fail, Shorten, Throw };

// The call that fails next: of this function, from these frames, the innermost first.
struct Order {
    std::atomic<std::uint32_t> armed;
    std::uint32_t depth;             // how many frames have to be the same
    std::atomic<std::int32_t> left;  // calls that pass before
    std::int32_t times;              // calls that fail then
    std::int32_t error;
    Mode mode;
    std::atomic<std::uint32_t> fired;
    std::uint32_t process;  // in which it was
    std::array<char, kNameSize> function;
    std::array<Frame, kMostFrames> frames;
};

// One way to a call, and how often each phase came by.
struct Record {
    std::atomic<std::uint64_t> key;  // 0: free
    std::atomic<std::uint32_t> kinds;
    std::uint32_t depth;
    std::array<std::atomic<std::uint32_t>, kPhases> counts;
    std::array<char, kNameSize> function;
    std::array<Frame, kMostFrames> frames;
};

struct Page {
    std::uint32_t magic;
    std::atomic<std::uint32_t> phase;
    std::atomic<std::uint32_t> recording;     // calls
    std::atomic<std::uint32_t> allocations;   // these, too
    std::atomic<std::uint32_t> dropped;       // records for which there was no room
    std::array<std::uint32_t, kModules> own;  // modules whose calls count; 0 ends
    Order order;
    std::array<Record, kRecords> records;
};

}  // namespace berth::inject
