// host/log/file_sink.h - a log file that is begun anew when it grew large.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "host/log/log_file.h"
#include "host/log/log_sink.h"

namespace berth::host {

// When the file would grow beyond `rotateSize` bytes (0: never) it becomes PATH.1, that one
// PATH.2, and so on; of these, `rotateCount` are kept.
class FileSink final : public LogSink {
public:
    // Throws: std::runtime_error when the file cannot be opened.
    FileSink(const std::filesystem::path& path, std::uint64_t rotateSize, std::size_t rotateCount);

    void write(const LogBatch& batch) override;
    void reopen() override;

private:
    void rotate();

    LogFile file_;
    std::uint64_t rotateSize_;
    std::size_t rotateCount_;
    std::uint64_t size_;
};

}  // namespace berth::host
