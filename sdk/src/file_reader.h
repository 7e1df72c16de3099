// sdk/src/file_reader.h - reads parts of a file whose contents are not trusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace berth::inspect {

// Why a file cannot be read as what it should be: one line, to follow the file's name.
class FileError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// An open regular file. Reads copies instead of mapping it, so that a file which shrinks in the
// meantime gives an error and no SIGBUS.
//
// Throws: FileError from the constructor and from each read that leaves the file.
class FileReader {
public:
    explicit FileReader(const std::filesystem::path& path);
    FileReader(const FileReader&) = delete;
    FileReader& operator=(const FileReader&) = delete;
    ~FileReader();

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    // `count` objects from byte `offset`; `what` names them in the error.
    template <class T>
    [[nodiscard]] std::vector<T> array(std::uint64_t offset, std::uint64_t count,
                                       const char* what) const {
        static_assert(std::is_trivially_copyable_v<T>);
        requireInside(offset, count, sizeof(T), what);
        std::vector<T> objects(static_cast<std::size_t>(count));
        fill(std::as_writable_bytes(std::span(objects)), offset, what);
        return objects;
    }

    template <class T>
    [[nodiscard]] T object(std::uint64_t offset, const char* what) const {
        return array<T>(offset, 1, what).front();
    }

    // Requires that `count` objects of `size` bytes from `offset` lie in the file.
    void requireInside(std::uint64_t offset, std::uint64_t count, std::uint64_t size,
                       const char* what) const;

private:
    void fill(std::span<std::byte> bytes, std::uint64_t offset, const char* what) const;

    int descriptor_;
    std::uint64_t size_ = 0;
};

}  // namespace berth::inspect
