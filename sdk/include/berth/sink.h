// berth/sink.h - what takes the bytes that Connection::copyTo() moves.
#pragma once

#include <cstddef>
#include <span>

#include "berth/api.h"

namespace berth {

// A file, a digest, or both: whatever the bytes of a client are to go into.
//
// Threads:  both functions may block (disk, hashing). On the fibers engine they run on helper
//           threads, off the loop, while only this handler waits; never two calls at once, and
//           each call sees what those before it did. So a sink needs no lock, and must not use the
//           Connection.
// Lifetime: the caller's of copyTo(), which calls it no more once it returned or threw.
class BERTH_API Sink {
public:
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink();

    // Where the next bytes had best be put, for a sink that keeps them for longer than take();
    // empty: anywhere. An engine may put them elsewhere even so, and may ask again before it takes
    // up the offer. The memory stays the sink's.
    // Throws: as take().
    [[nodiscard]] virtual std::span<std::byte> room();

    // The next bytes, never none, however many came at a time. When they lie at the front of what
    // room() last returned they are the sink's, else the engine's, and gone when this returns.
    // Throws: what it likes; copyTo() ends with it and passes it on.
    virtual void take(std::span<const std::byte> bytes) = 0;

protected:
    Sink() = default;
};

}  // namespace berth
