// sdk/src/file_reader.cpp - bounds-checked pread(2).
#include "file_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "berth/detail/uninterrupted.h"

namespace berth::inspect {
namespace {

constexpr std::uint64_t kLargestFile = 256ULL << 20;

std::string reason(int error) {
    return std::generic_category().message(error);
}

// Not blocking: opening a FIFO would wait for its writer.
int openForReading(const std::filesystem::path& path) {
    const int descriptor =
        detail::openFile(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0) throw FileError("cannot be opened: " + reason(errno));
    return descriptor;
}

std::uint64_t regularFileSize(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) throw FileError("cannot be read: " + reason(errno));
    if (S_ISDIR(status.st_mode)) throw FileError("a directory, not a file");
    if (!S_ISREG(status.st_mode)) throw FileError("not a regular file");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size == 0) throw FileError("the file is empty");
    if (size > kLargestFile) {
        throw FileError("the file has " + std::to_string(size) + " bytes, a plugin has at most " +
                        std::to_string(kLargestFile));
    }
    return size;
}

}  // namespace

FileReader::FileReader(const std::filesystem::path& path) : descriptor_(openForReading(path)) {
    try {
        size_ = regularFileSize(descriptor_);
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

FileReader::~FileReader() {
    ::close(descriptor_);
}

void FileReader::requireInside(std::uint64_t offset, std::uint64_t count, std::uint64_t size,
                               const char* what) const {
    if (offset <= size_ && count <= (size_ - offset) / size) return;
    throw FileError("truncated or damaged: the " + std::string(what) + " reach beyond the " +
                    std::to_string(size_) + " bytes of the file");
}

void FileReader::fill(std::span<std::byte> bytes, std::uint64_t offset, const char* what) const {
    while (!bytes.empty()) {
        const auto count =
            ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw FileError("cannot be read: " + reason(errno));
        if (count == 0) {
            throw FileError("the file shrank while its " + std::string(what) + " were read");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
}

}  // namespace berth::inspect
