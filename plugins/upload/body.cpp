// plugins/upload/body.cpp
#include "upload/body.h"

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "upload/hash_thread.h"
#include "upload/system_call.h"

namespace berth::upload {
namespace {

// The file is told of each time so much was written.
constexpr std::uint64_t kSlice = std::uint64_t{8} << 20U;
constexpr std::uint64_t kWorthAThread = std::uint64_t{1} << 20U;
constexpr std::size_t kBuffer = std::size_t{64} << 10U;

std::size_t smaller(std::uint64_t count, std::size_t size) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(count, size));
}

std::uint64_t writePending(const BodyTools& tools, IncomingFile& file, std::uint64_t count) {
    const auto pending = tools.reader.pending();
    const auto bytes = std::as_bytes(std::span(pending.substr(0, smaller(count, pending.size()))));
    if (bytes.empty()) return 0;
    tools.context.blocking([&] {
        writeAll(file.descriptor(), bytes);
        if (tools.digest != nullptr) tools.digest->update(bytes);
        file.wrote(bytes.size());
    });
    const auto size = bytes.size();
    tools.reader.consume(size);
    return size;
}

bool copyPlain(const BodyTools& tools, IncomingFile& file, std::uint64_t count) {
    while (count > 0) {
        const auto slice = std::min(count, kSlice);
        const auto copied = tools.reader.connection().copyTo(file.descriptor(), slice);
        tools.context.blocking([&] { file.wrote(copied); });
        if (copied < slice) return false;
        count -= copied;
    }
    return true;
}

bool copyHashed(const BodyTools& tools, IncomingFile& file, std::uint64_t count) {
    std::vector<std::byte> buffer(smaller(count, kBuffer));
    while (count > 0) {
        const auto free = std::span(buffer).first(smaller(count, buffer.size()));
        const auto bytes = tools.reader.connection().read(free);
        if (!bytes) return false;
        tools.context.blocking([&] {
            writeAll(file.descriptor(), bytes);
            tools.digest->update(bytes);
            file.wrote(bytes.size());
        });
        count -= bytes.size();
    }
    return true;
}

// This handler receives and writes while the thread hashes what came before.
bool copyWithThread(const BodyTools& tools, IncomingFile& file, std::uint64_t count) {
    // Not on the stack, which is small on fibers.
    const auto hasher = std::make_unique<HashThread>(*tools.digest);
    auto block = hasher->acquire();
    std::size_t filled = 0;
    while (count > 0) {
        const auto free = block.subspan(filled);
        const auto bytes = tools.reader.connection().read(free.first(smaller(count, free.size())));
        if (!bytes) return false;
        filled += bytes.size();
        count -= bytes.size();
        tools.context.blocking([&] {
            writeAll(file.descriptor(), bytes);
            file.wrote(bytes.size());
            if (count != 0 && filled <= block.size() / 2) return;
            hasher->submit(std::exchange(filled, 0));
            block = hasher->acquire();
        });
    }
    tools.context.blocking([&] { hasher->finish(); });
    return true;
}

}  // namespace

bool receiveBody(const BodyTools& tools, IncomingFile& file, std::uint64_t count) {
    count -= writePending(tools, file, count);
    if (tools.digest == nullptr) return copyPlain(tools, file, count);
    if (count >= kWorthAThread) {
        const HashSlots::Slot slot(tools.slots);
        if (slot) return copyWithThread(tools, file, count);
    }
    return copyHashed(tools, file, count);
}

}  // namespace berth::upload
