// host/log/file_sink.h - a log file that is begun anew when it grew large.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "host/log/log_file.h"
#include "host/log/log_sink.h"

namespace berth::host {

// When the file would grow beyond `rotateSize` bytes (0: never) it becomes PATH.1, that one
// PATH.2, and so on; of these, `rotateCount` are kept. What is no regular file is never renamed.
class FileSink final : public LogSink {
public:
    // Throws: std::runtime_error when the file cannot be opened.
    FileSink(const std::filesystem::path& path, std::uint64_t rotateSize, std::size_t rotateCount);

    std::size_t write(const LogBatch& batch, std::size_t first) override;
    void reopen() override;

private:
    // The end of the lines from `first` on that fit in the file.
    [[nodiscard]] std::size_t fitting(const LogBatch& batch, std::size_t first) const noexcept;
    void rotate();
    void renameAll() const;

    LogFile file_;
    std::uint64_t rotateSize_;
    std::size_t rotateCount_;
    std::uint64_t size_;
    bool rotationFails_ = false;  // which was told
};

}  // namespace berth::host
