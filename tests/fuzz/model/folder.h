// tests/fuzz/model/folder.h - a folder as a service should have left it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace berth::fuzz {

struct Entry {
    enum class Kind { File, Folder, Link };

    Kind kind = Kind::File;
    std::string content;  // of a file; of a link, where it points
    std::map<std::string, Entry> entries;

    static Entry file(std::string content) { return {Kind::File, std::move(content), {}}; }
    static Entry link(std::string target) { return {Kind::Link, std::move(target), {}}; }
    static Entry folder(std::map<std::string, Entry> entries) {
        return {Kind::Folder, {}, std::move(entries)};
    }
    bool operator==(const Entry&) const = default;
};

// The folder as it is on disk, without what lies in entries that begin with ".berth-".
[[nodiscard]] Entry readFolder(const std::filesystem::path& path);
// Makes it like that, with those entries emptied.
void makeFolder(const std::filesystem::path& path, const Entry& folder);

[[nodiscard]] std::string readFile(const std::filesystem::path& path);

// In TMPDIR; without one, in memory where the system has such a file system, so that nothing waits
// for a disk.
class WorkFolder {
public:
    explicit WorkFolder(const Entry& content = Entry::folder({}));
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    ~WorkFolder();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace berth::fuzz
