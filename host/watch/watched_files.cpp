// host/watch/watched_files.cpp
#include "host/watch/watched_files.h"

#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include "host/watch/folder_entries.h"
#include "host/watch/watch_masks.h"

namespace berth::host {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kComplete = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;

enum class Made { Link, File, Other };

// A link is complete when it is made; a file may be written to first; sockets and such do not
// count.
Made whatWasMade(const fs::path& file) {
    struct stat found {};
    if (::lstat(file.c_str(), &found) != 0) return Made::Other;
    if (S_ISLNK(found.st_mode)) return Made::Link;
    if (!S_ISREG(found.st_mode)) return Made::Other;
    return found.st_nlink > 1 ? Made::Link : Made::File;
}

bool isLink(const fs::path& path) {
    std::error_code unknown;
    return fs::is_symlink(path, unknown);
}

bool changedSince(const fs::path& file, const timespec& since) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) return false;
    return std::pair(found.st_ctim.tv_sec, found.st_ctim.tv_nsec) >=
           std::pair(since.tv_sec, since.tv_nsec);
}

constexpr std::size_t kMostNamed = 5;  // in one line

}  // namespace

std::string describe(const std::vector<FileChange>& changes, const fs::path& home) {
    std::string text;
    for (const auto& change : changes) {
        if (&change == changes.data() + kMostNamed) {
            return text + " and " + std::to_string(changes.size() - kMostNamed) + " more";
        }
        const auto below = change.file.lexically_relative(home);
        const bool inside = !below.empty() && *below.begin() != "..";
        text += (text.empty() ? "" : ", ") + (inside ? below : change.file).string() + ' ' +
                change.what;
    }
    return text;
}

WatchedFiles::WatchedFiles(std::vector<WatchedFolder> folders, WatchedFiles* before,
                           std::optional<timespec> since)
    : folders_(std::move(folders)) {
    if (before != nullptr) {
        known_ = before->known_;
        std::erase_if(known_, [this](const auto& entry) { return !covers(entry.first); });
    }
    watchFolders();
    if (before != nullptr) {
        before->update();  // what happened until these folders were watched here, too
        unfinished_ = before->unfinished_;
        unfinished_.forget([this](const Path& file) { return !covers(file); });
        cutShort_ = before->cutShort_;
        std::erase_if(cutShort_, [this](const auto& entry) { return !covers(entry.first); });
    }
    scan();
    std::erase_if(touched_, [&](const Path& file) {
        if (before != nullptr && before->covers(file)) return false;
        if (since && changedSince(file, *since)) return false;
        if (const auto identity = identityOf(file)) known_.insert_or_assign(file, *identity);
        return true;
    });
}

bool WatchedFiles::covers(const Path& file) const {
    return std::ranges::any_of(folders_, [&](const WatchedFolder& folder) {
        return folder.folder == file.parent_path() && folder.matches(file.filename().string());
    });
}

std::optional<WatchedFiles::Identity> WatchedFiles::identityOf(const Path& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
    return Identity{found.st_ino, static_cast<std::uint64_t>(found.st_size), found.st_mtim.tv_sec,
                    found.st_mtim.tv_nsec};
}

// For what was not reported: a folder is new, or too much happened at once.
void WatchedFiles::scan() {
    unfinished_.forget([](const Path& file) { return !identityOf(file); });
    const auto touch = [this](const Path& file) {
        if (!unfinished_.contains(file)) touched_.insert(file);
    };
    for (const auto& [file, identity] : known_) touch(file);
    for (const auto& folder : folders_) {
        for (const auto& entry : entriesOf(folder.folder)) {
            const auto& file = entry.path();
            if (folder.matches(file.filename().string())) touch(file);
        }
    }
}

bool WatchedFiles::update() {
    bool again = false;
    bool lost = false;
    bool news = false;
    for (const auto& event : inotify_.read()) {
        if ((event.mask & IN_Q_OVERFLOW) != 0) again = lost = true;
        const auto found = roles_.find(event.watch);
        if (found == roles_.end()) continue;
        const auto gone = event.mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT);
        if (gone != 0) again = true;
        for (const auto& role : found->second) {
            if (role.files != nullptr) {
                news = handle(event, *role.files) || news;
                // A new link leads to a file elsewhere.
                again = again || (role.files->matches(event.name) &&
                                  (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0 &&
                                  isLink(role.files->folder / event.name));
            } else if (role.entry == event.name) {
                if (!role.linked.empty()) news = handleLinked(event, role.linked) || news;
                again = again || (event.mask & kWayMask) != 0;
            }
        }
    }
    if (again) {
        watchFolders();
        scan();
    }
    // Its end may be among what was lost: it counts when it was waited for long enough.
    if (lost) unfinished_.forEach([this](const Path& file) { touched_.insert(file); });
    return again || news;
}

bool WatchedFiles::handle(const FolderEvent& event, const WatchedFolder& folder) {
    if ((event.mask & IN_ISDIR) != 0 || !folder.matches(event.name)) return false;
    const auto file = folder.folder / event.name;
    if ((event.mask & kComplete) != 0) return complete(file);
    if ((event.mask & IN_CREATE) != 0) return made(file);
    if ((event.mask & IN_CLOSE_NOWRITE) != 0) return unfinished_.closed(file) && complete(file);
    const auto now = UnfinishedFiles::Clock::now();
    if ((event.mask & IN_MODIFY) != 0) {
        unfinished_.written(file, now);
    } else if ((event.mask & IN_OPEN) == 0 || !unfinished_.opened(file, now)) {
        return false;
    }
    touched_.erase(file);
    return true;
}

// The file that a link leads to was written, in the place where it is.
bool WatchedFiles::handleLinked(const FolderEvent& event, const Path& link) {
    if ((event.mask & IN_CLOSE_WRITE) != 0) return complete(link);
    if ((event.mask & IN_MODIFY) == 0) return false;
    unfinished_.written(link, UnfinishedFiles::Clock::now());
    touched_.erase(link);
    return true;
}

bool WatchedFiles::complete(const Path& file) {
    unfinished_.finished(file);
    touched_.insert(file);
    if (cutShort(file)) {
        cutShort_.emplace(file, UnfinishedFiles::Clock::now() + UnfinishedFiles::kLongestPause);
    } else {
        cutShort_.erase(file);
    }
    return true;
}

bool WatchedFiles::cutShort(const Path& file) const {
    const auto name = file.filename().string();
    const bool hasLines = std::ranges::any_of(folders_, [&](const WatchedFolder& folder) {
        return folder.folder == file.parent_path() && folder.isIni(name);
    });
    if (!hasLines) return false;
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    if (!in || in.tellg() <= 0) return false;
    in.seekg(-1, std::ios::end);
    return in.get() != '\n';
}

std::optional<UnfinishedFiles::Clock::time_point> WatchedFiles::patience() const {
    auto longest = unfinished_.patience();
    for (const auto& [file, until] : cutShort_) longest = std::max(longest.value_or(until), until);
    return longest;
}

bool WatchedFiles::made(const Path& file) {
    const auto kind = whatWasMade(file);
    if (kind == Made::Other) return false;
    complete(file);
    if (kind == Made::File) unfinished_.made(file);
    return true;
}

std::vector<FileChange> WatchedFiles::take() {
    std::vector<FileChange> changes;
    unfinished_.settle();
    cutShort_.clear();  // waited for long enough: whoever reads them tells what is wrong
    for (const auto& file : std::exchange(touched_, {})) {
        const auto identity = identityOf(file);
        const auto known = known_.find(file);
        if (!identity && known == known_.end()) continue;
        if (!identity) {
            changes.push_back({file, "left"});
            known_.erase(known);
        } else if (known == known_.end()) {
            changes.push_back({file, "appeared"});
            known_.emplace(file, *identity);
        } else if (known->second != *identity) {
            changes.push_back({file, "changed"});
            known->second = *identity;
        }
    }
    return changes;
}

std::vector<FileChange> WatchedFiles::takeOverdue() {
    std::vector<FileChange> overdue;
    for (auto& file : unfinished_.takeOverdue(UnfinishedFiles::Clock::now())) {
        overdue.push_back({std::move(file), "is still being written"});
    }
    return overdue;
}

}  // namespace berth::host
