// plugins/upload/system_call.h - turns what the system refuses into exceptions.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <system_error>

namespace berth::upload {

// Throws: std::system_error with errno and this text.
[[noreturn]] void throwLastError(const std::string& what);

// The file system, or a quota or limit of the host's user, does not let the file grow.
[[nodiscard]] bool isOutOfRoom(const std::system_error& error) noexcept;

// Writes all of it at the file's position.
// Throws: std::system_error; a part may have been written.
void writeAll(int descriptor, std::span<const std::byte> bytes);

// Fills the buffer from that offset of the file; returns the bytes read, fewer only at its end.
// Throws: std::system_error.
[[nodiscard]] std::size_t readAt(int descriptor, std::span<std::byte> buffer, std::size_t offset);

}  // namespace berth::upload
