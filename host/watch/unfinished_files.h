// host/watch/unfinished_files.h - which files somebody is in the middle of writing.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace berth::host {

// A file that is made is unfinished once it is opened, for its maker may write to it; one that is
// only linked in never is. The kernel does not tell who opens a file for what, so a maker that only
// reads is known by its end: all who opened the file have closed it, and nothing was written.
//
// Threads: one.
class UnfinishedFiles {
public:
    using Path = std::filesystem::path;
    using Clock = std::chrono::steady_clock;
    // A writer that pauses for so long is not waited for any more, nor one that never pauses.
    static constexpr std::chrono::seconds kLongestPause{5};
    static constexpr std::chrono::seconds kLongest{60};

    void made(const Path& file) { made_.insert(file); }
    // True when it is unfinished from now on.
    bool opened(const Path& file, Clock::time_point now);
    void written(const Path& file, Clock::time_point now);
    // Closed by one who could not write. True when the file is complete by that.
    bool closed(const Path& file);
    void finished(const Path& file);
    // What was made and not opened until now was linked in.
    void settle() { made_.clear(); }
    // Forgets the files of which that is true.
    void forget(const std::function<bool(const Path&)>& those);

    [[nodiscard]] bool contains(const Path& file) const { return files_.contains(file); }
    void forEach(const std::function<void(const Path&)>& use) const;
    // Until when it makes sense to wait for their writers; nothing when there are none.
    [[nodiscard]] std::optional<Clock::time_point> patience() const;
    // Those that are not waited for any more, each of them once.
    [[nodiscard]] std::vector<Path> takeOverdue(Clock::time_point now);

private:
    struct Writing {
        Clock::time_point first;
        Clock::time_point last;  // that it was written to
        int openers = 0;
        bool changed = false;
        bool told = false;

        [[nodiscard]] Clock::time_point patience() const;
    };

    std::set<Path> made_;  // and not opened yet
    std::map<Path, Writing> files_;
};

}  // namespace berth::host
