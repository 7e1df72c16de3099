// bench/load/replacement_file.h - a file that appears whole under its name, or not at all.
#pragma once

#include <string>
#include <string_view>

#include "bench/load/descriptor.h"

namespace berth::bench {

// Holds a hidden file beside `path`, which takes its place in one step. Without replace() it is
// removed, and what was there before stays.
//
// Threads: construct it before other threads are started.
class ReplacementFile {
public:
    // Throws: std::system_error when `path` names something that is no file, or when no file can
    // be made there.
    explicit ReplacementFile(std::string path);
    ReplacementFile(const ReplacementFile&) = delete;
    ReplacementFile& operator=(const ReplacementFile&) = delete;
    ~ReplacementFile();

    // Requires: was not called before. Throws: std::system_error.
    void replace(std::string_view content);

private:
    [[noreturn]] void fail(int error) const;

    std::string path_;
    std::string hidden_;  // empty once it has its name
    Descriptor file_;
};

}  // namespace berth::bench
