// host/log/file_sink.cpp - writes batches and rotates between two lines.
#include "host/log/file_sink.h"

#include <string>
#include <system_error>

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

void FileSink::write(const LogBatch& batch) {
    const std::string_view text = batch.text;
    std::size_t begin = 0;  // of what is not written yet
    for (const auto& line : batch.lines) {
        const auto pending = line.begin - begin;
        const auto grown = size_ + pending + line.length + 1;
        if (rotateSize_ == 0 || grown <= rotateSize_ || size_ + pending == 0) continue;
        file_.write(text.substr(begin, pending));
        begin = line.begin;
        rotate();
    }
    file_.write(text.substr(begin));
    size_ += text.size() - begin;
}

void FileSink::reopen() {
    file_.reopen();
    size_ = file_.size();
}

// A rename that fails, as of a file that is not there, leaves the others as they are.
void FileSink::rotate() {
    // During an upgrade two processes write to the file: who comes second follows the first.
    if (!file_.isAtPath()) return reopen();
    std::error_code ignored;
    for (auto number = rotateCount_; number > 1; --number) {
        std::filesystem::rename(numbered(file_.path(), number - 1), numbered(file_.path(), number),
                                ignored);
    }
    std::filesystem::rename(file_.path(), numbered(file_.path(), 1), ignored);
    reopen();
}

}  // namespace berth::host
