// plugins/upload/body.cpp
#include "upload/body.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>

#include "berth/sink.h"
#include "upload/hash_thread.h"
#include "upload/silence.h"
#include "upload/system_call.h"

namespace berth::upload {
namespace {

constexpr std::uint64_t kWorthAThread = std::uint64_t{1} << 20U;

// Writes into the part, and tells the file so.
class PartSink : public Sink {
public:
    explicit PartSink(IncomingFile& file) : file_(file) {}

    void take(std::span<const std::byte> bytes) override {
        writeAll(file_.descriptor(), bytes);
        file_.wrote(bytes.size());
    }

private:
    IncomingFile& file_;
};

// Hashes in between.
class HashedSink final : public PartSink {
public:
    HashedSink(IncomingFile& file, Sha256& digest) : PartSink(file), digest_(digest) {}

    void take(std::span<const std::byte> bytes) override {
        PartSink::take(bytes);
        digest_.update(bytes);
    }

private:
    Sha256& digest_;
};

// Receives and writes while a thread hashes what came before.
class OverlappedSink final : public PartSink {
public:
    OverlappedSink(IncomingFile& file, HashThread& hasher) : PartSink(file), hasher_(hasher) {}

    [[nodiscard]] std::span<std::byte> room() override { return hasher_.room(); }

    void take(std::span<const std::byte> bytes) override {
        // First, so that the thread hashes while this one writes.
        hasher_.add(bytes);
        PartSink::take(bytes);
    }

private:
    HashThread& hasher_;
};

std::span<const std::byte> pendingPart(const BodyTools& tools, std::uint64_t count) {
    const auto pending = tools.reader.pending();
    const auto size = std::min<std::uint64_t>(count, pending.size());
    return std::as_bytes(std::span(pending)).first(static_cast<std::size_t>(size));
}

// Takes what is pending first. False when the client ended before.
bool receiveInto(Sink& sink, const BodyTools& tools, IncomingFile& file, std::uint64_t count) {
    const auto pending = pendingPart(tools, count);
    if (!pending.empty()) {
        tools.context.blocking([&] { sink.take(pending); });
        count -= pending.size();
        tools.reader.consume(pending.size());
    }
    return count == 0 ||
           copyUnlessTaken(tools.reader.connection(), tools.context, file, sink, count);
}

// To start a thread, and to wait for its end, takes too long for a loop.
bool receiveOverlapped(const BodyTools& tools, IncomingFile& file, std::uint64_t count) {
    std::unique_ptr<HashThread> hasher;
    tools.context.blocking([&] { hasher = std::make_unique<HashThread>(*tools.digest); });
    const auto end = [&] { hasher.reset(); };
    try {
        OverlappedSink sink(file, *hasher);
        const bool whole = receiveInto(sink, tools, file, count);
        tools.context.blocking([&] {
            if (whole) hasher->finish();
            end();
        });
        return whole;
    } catch (...) {
        tools.context.blocking(end);
        throw;
    }
}

}  // namespace

bool receiveBody(const BodyTools& tools, IncomingFile& file, std::uint64_t count) {
    if (tools.digest == nullptr) {
        PartSink sink(file);
        return receiveInto(sink, tools, file, count);
    }
    if (count - pendingPart(tools, count).size() >= kWorthAThread) {
        const HashSlots::Slot slot(tools.slots);
        if (slot) return receiveOverlapped(tools, file, count);
    }
    HashedSink sink(file, *tools.digest);
    return receiveInto(sink, tools, file, count);
}

}  // namespace berth::upload
