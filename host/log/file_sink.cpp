// host/log/file_sink.cpp - writes batches and rotates between two lines.
#include "host/log/file_sink.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "host/log/bounded_output.h"

namespace berth::host {
namespace {

constexpr mode_t kLogMode = 0640;

std::filesystem::path numbered(const std::filesystem::path& path, std::size_t number) {
    return path.string() + '.' + std::to_string(number);
}

}  // namespace

FileSink::FileSink(const std::filesystem::path& path, std::uint64_t rotateSize,
                   std::size_t rotateCount)
    : file_(path, kLogMode),
      rotateSize_(rotateSize),
      rotateCount_(rotateCount),
      size_(file_.size()) {}

std::size_t FileSink::write(const LogBatch& batch, std::size_t first) {
    auto next = first;
    try {
        while (next < batch.lines.size()) {
            auto end = fitting(batch, next);
            if (end == next) {
                rotate();
                end = std::max(fitting(batch, next), next + 1);  // it may not let itself be renamed
            }
            const auto written = file_.write(batch, next, end);
            for (auto i = next; i < next + written; ++i) size_ += batch.lines[i].length + 1;
            next += written;
            if (next < end) break;
        }
    } catch (const std::runtime_error&) {
        if (next == first) throw;  // else the next call meets it again
    }
    return next - first;
}

std::size_t FileSink::fitting(const LogBatch& batch, std::size_t first) const noexcept {
    const auto count = batch.lines.size();
    if (rotateSize_ == 0 || !file_.isRegular()) return count;
    auto size = size_;
    auto end = first;
    while (end < count) {
        const auto grown = size + batch.lines[end].length + 1;
        if (grown > rotateSize_ && size > 0) break;
        size = grown;
        ++end;
    }
    return end;
}

void FileSink::reopen() {
    file_.reopen();
    size_ = file_.size();
}

// What fails is tried again with the next lines, which go to the file that is there.
void FileSink::rotate() {
    try {
        // During an upgrade two processes write to the file: who comes second follows the first.
        if (file_.isAtPath()) renameAll();
        reopen();
        rotationFails_ = false;
    } catch (const std::runtime_error& error) {
        if (std::exchange(rotationFails_, true)) return;
        tellStandardError("berthd: the log is not begun anew: " + std::string(error.what()));
    }
}

// Those that are not there yet are passed over. When only the log itself could not be renamed, the
// others were, and are not once more: each try would lose the oldest of them. Throws:
// std::filesystem::filesystem_error.
void FileSink::renameAll() const {
    std::error_code unknown;
    const bool halfDone =
        rotationFails_ && !std::filesystem::exists(numbered(file_.path(), 1), unknown);
    for (auto number = halfDone ? std::min<std::size_t>(rotateCount_, 1) : rotateCount_; number > 0;
         --number) {
        const auto from = number == 1 ? file_.path() : numbered(file_.path(), number - 1);
        std::error_code failed;
        std::filesystem::rename(from, numbered(file_.path(), number), failed);
        if (failed && failed != std::errc::no_such_file_or_directory) {
            throw std::filesystem::filesystem_error("rename", from, failed);
        }
    }
}

}  // namespace berth::host
