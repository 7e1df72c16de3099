// plugins/upload/settings.h - the ini keys of upload, also those of services that take uploads.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "berth/file_mode.h"
#include "berth/settings.h"

namespace berth::upload {

struct Settings {
    std::filesystem::path directory;
    ByteCount maxFileSize{std::uint64_t{1} << 30U};
    ByteCount maxTotalSize;  // 0: no limit
    ByteCount minFreeSpace{std::uint64_t{64} << 20U};
    bool overwrite = false;
    std::chrono::milliseconds partialTtl = std::chrono::hours(24);
    bool stripDirectories = true;
    FileMode mode{0640};

    // The keys of upload itself: `directory` and those of describeUploads.
    static void describe(Schema<Settings>& schema);

    // The keys that any service with uploads has. A service with a settings struct of its own
    // derives it from this one and calls this in its describe(); `directory` is then its own to
    // set.
    template <class T>
    static void describeUploads(Schema<T>& schema);

    // Checks that the directory is there.
    void validate(SettingIssues& issues) const;
};

template <class T>
void Settings::describeUploads(Schema<T>& schema) {
    using namespace std::chrono_literals;
    using std::chrono::milliseconds;
    // The explicit member types let a member of this base stand for one of the derived T.
    schema.template field<ByteCount>("max_file_size", &Settings::maxFileSize,
                                     "The largest file that is taken; 0: no limit.");
    schema.template field<ByteCount>(
        "max_total_size", &Settings::maxTotalSize,
        "The most bytes that finished and unfinished files may have together; 0: no limit.");
    schema.template field<ByteCount>("min_free_space", &Settings::minFreeSpace,
                                     "Free space that uploads leave on the file system.");
    schema.template field<bool>("overwrite", &Settings::overwrite,
                                "A new file may take the place of one with the same name.");
    schema
        .template field<milliseconds>("partial_ttl", &Settings::partialTtl,
                                      "An unfinished file that grows no more is removed after it.")
        .template range<milliseconds>(1s, 24h * 365);
    schema.template field<bool>("strip_directories", &Settings::stripDirectories,
                                "Of a path sent as the name, its last component is taken.");
    schema.template field<FileMode>("mode", &Settings::mode,
                                    "Permissions of finished files, in octal.");
}

}  // namespace berth::upload
