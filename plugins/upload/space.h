// plugins/upload/space.h - how many bytes uploads may still take, promised before they come.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "berth/detail/mutex.h"

namespace berth::upload {

// Keeps the promises of uploads that run at the same time apart from what is stored already, so
// that together they never exceed a limit.
//
// Threads: any. No lock is held while the disk is asked.
class Space {
public:
    struct Limits {
        std::uint64_t total = 0;    // bytes stored and promised; 0: no limit
        std::uint64_t minFree = 0;  // bytes left on the file system
    };
    // What the disk says.
    struct Disk {
        // Bytes of everything stored, without the parts of these names.
        std::function<std::uint64_t(const std::set<std::string>& except)> count;
        std::function<std::uint64_t()> free;
        // Whether others store there, too, whose promises only the disk tells.
        std::function<bool()> shared = [] { return false; };
    };
    // What one upload needs: of a file of `fileSize` bytes `stored` are there, of which `kept`
    // stay and the others are removed.
    struct Need {
        std::uint64_t fileSize = 0;
        std::uint64_t stored = 0;
        std::uint64_t kept = 0;
    };
    class Promise;
    class Change;

    Space(Limits limits, Disk disk);

    // Requires: others who share the disk can see that the file will come.
    // Throws: Refusal (quota-exceeded, no-space).
    [[nodiscard]] Promise reserve(const std::string& name, const Need& need);

    // Counts what is on disk anew, since others may have removed or added files.
    void recount();

    // To be held while files that are counted come and go outside a promise.
    [[nodiscard]] Change change();

private:
    enum class Answer { Yes, OverTotal, OverFree };
    enum class Sharing { Alone, Shared };

    [[nodiscard]] Answer tryReserve(const std::string& name, const Need& need);
    void recountFor(const std::string& name, const Need& need, Sharing sharing);
    // Without the part of that name, whose bytes are known. False when the disk changed meanwhile.
    [[nodiscard]] bool tryRecount(const std::string& name, std::uint64_t known, Sharing sharing);

    const Limits limits_;
    const Disk disk_;

    detail::Mutex mutex_;
    std::set<std::string> active_ BERTH_GUARDED_BY(mutex_);  // names with a promise
    std::uint64_t stored_ BERTH_GUARDED_BY(mutex_) = 0;  // bytes on disk that belong to no promise
    std::uint64_t promised_ BERTH_GUARDED_BY(mutex_) = 0;     // sizes of the active files
    std::uint64_t outstanding_ BERTH_GUARDED_BY(mutex_) = 0;  // of these, not written yet
    // Grows with every change of the above or of the disk.
    std::uint64_t version_ BERTH_GUARDED_BY(mutex_) = 0;
    std::uint64_t changes_ BERTH_GUARDED_BY(mutex_) = 0;  // changes of the disk going on
};

// While it lives the disk changes, and a count of it would be worth nothing.
class Space::Change {
public:
    explicit Change(Space& space);
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;
    ~Change();

    void removed(std::uint64_t bytes);

private:
    Space& space_;
};

// The room that one upload was promised. When it goes, what was not used is free again.
//
// Lifetime: borrows the Space.
class Space::Promise {
public:
    Promise(Space& space, std::string name, const Need& need);
    Promise(Promise&& other) noexcept;
    Promise& operator=(Promise&&) = delete;
    ~Promise();

    // Throws: Refusal (no-space) when less than the floor is left on the file system.
    void wrote(std::uint64_t bytes);
    // Ends the promise: so many bytes stay on disk.
    void settle(std::uint64_t left) noexcept;

private:
    Space* space_;
    std::string name_;
    std::uint64_t fileSize_;
    std::uint64_t written_;
};

}  // namespace berth::upload
