// sdk/src/connection.cpp - what every Connection does in the same way.
#include "berth/connection.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include "berth/sink.h"

namespace berth {
namespace {

constexpr std::size_t kCopyChunk = std::size_t{256} * 1024;

class DescriptorSink final : public Sink {
public:
    explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}

    void take(std::span<const std::byte> bytes) override {
        while (!bytes.empty()) {
            const auto written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0) {
                if (errno == EINTR) continue;
                throw std::system_error(errno, std::generic_category(), "write");
            }
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
    }

private:
    int descriptor_;
};

}  // namespace

Connection::~Connection() = default;

std::span<std::byte> Connection::readExactly(std::span<std::byte> buffer) {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
        const auto part = read(buffer.subspan(filled));
        if (part.empty()) break;
        filled += part.size();
    }
    return buffer.first(filled);
}

std::uint64_t Connection::copyTo(Sink& sink, std::uint64_t count) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(count, kCopyChunk));
    std::unique_ptr<std::byte[]> buffer;
    std::uint64_t copied = 0;
    while (copied < count) {
        auto room = sink.room();
        if (room.empty()) {
            if (!buffer) buffer = std::make_unique_for_overwrite<std::byte[]>(size);
            room = {buffer.get(), size};
        }
        const auto wanted = std::min<std::uint64_t>(count - copied, room.size());
        const auto bytes = read(room.first(static_cast<std::size_t>(wanted)));
        if (bytes.empty()) break;
        sink.take(bytes);
        copied += bytes.size();
    }
    return copied;
}

std::uint64_t Connection::copyTo(int descriptor, std::uint64_t count) {
    DescriptorSink sink(descriptor);
    return copyTo(sink, count);
}

}  // namespace berth
