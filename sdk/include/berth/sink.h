// berth/sink.h - what takes the bytes that Connection::copyTo() moves.
#pragma once

#include <cstddef>
#include <span>

#include "berth/api.h"

namespace berth {

// A file, a digest, or both: whatever the bytes of a client are to go into.
//
// Threads:  take() may block (disk, hashing). On the fibers engine it runs on helper threads, off
//           the loop, while only this handler waits; never two calls at once, and each call sees
//           what those before it did. So it needs no lock, and must not use the Connection.
// Lifetime: the caller's of copyTo(), which calls it no more once it returned or threw.
class BERTH_API Sink {
public:
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink();

    // The next bytes, never none, however many came at a time. They are the engine's, and gone
    // when this returns.
    // Throws: what it likes; copyTo() ends with it and passes it on.
    virtual void take(std::span<const std::byte> bytes) = 0;

protected:
    Sink() = default;
};

}  // namespace berth
