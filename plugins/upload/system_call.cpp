// plugins/upload/system_call.cpp
#include "upload/system_call.h"

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>

namespace berth::upload {

void throwLastError(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

bool isOutOfRoom(const std::system_error& error) noexcept {
    const auto& code = error.code();
    return code == std::errc::no_space_on_device || code == std::errc::file_too_large ||
           code == std::error_condition(EDQUOT, std::generic_category());
}

void writeAll(int descriptor, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            throwLastError("cannot write");
        }
    }
}

std::size_t readAt(int descriptor, std::span<std::byte> buffer, std::size_t offset) {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
        const auto rest = buffer.subspan(filled);
        const auto count =
            ::pread(descriptor, rest.data(), rest.size(), static_cast<off_t>(offset + filled));
        if (count == 0) break;
        if (count > 0) {
            filled += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            throwLastError("cannot read");
        }
    }
    return filled;
}

}  // namespace berth::upload
