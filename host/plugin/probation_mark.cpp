// host/plugin/probation_mark.cpp
#include "host/plugin/probation_mark.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <sstream>
#include <system_error>
#include <utility>

#include "berth/detail/uninterrupted.h"
#include "host/base/own_descriptors.h"
#include "host/crash/crash_report.h"
#include "host/plugin/content_digest.h"
#include "host/plugin/generation.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {
namespace {

using detail::uninterrupted;
using std::filesystem::path;

constexpr const char* kFolder = "probation";
constexpr const char* kKept = ".so";  // MARK.so is the version before

[[noreturn]] void failAt(const path& file) {
    throw std::system_error(errno, std::generic_category(), file.string());
}

// As the report of a crash names it.
std::string code(const Generation& generation) {
    return generation.file().name + " " + generation.file().version + " " +
           std::to_string(generation.number());
}

std::string label(const Generation& generation) {
    const auto name = generation.stagedPath().filename().string();
    return name.substr(0, name.find(kLabelEnd));
}

void write(const UniqueFd& file, const path& name, const std::string& text) {
    if (detail::resizeFile(file.value(), 0) != 0) failAt(name);
    if (!detail::writeWhole(file.value(), text)) failAt(name);
    if (detail::syncFile(file.value()) != 0) failAt(name);
    const UniqueFd folder(
        detail::openFile(name.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || detail::syncFile(folder.value()) != 0) failAt(name.parent_path());
}

// A mark that cannot be looked at is no missing one: what it warns of would be used again.
[[noreturn]] void refuse(const path& mark, std::error_code reason) {
    throw PluginError(mark.string() + ": what a version that crashed has left there cannot be " +
                      "looked at: " + reason.message());
}

std::error_code lastError() noexcept {
    return {errno, std::generic_category()};
}

bool isLocked(const path& mark) {
    const UniqueFd file(
        detail::openFile(mark.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file && errno == ENOENT) return true;  // its owner has just removed it
    if (!file) refuse(mark, lastError());
    if (detail::lockFile(file.value(), LOCK_EX | LOCK_NB) == 0) return false;
    if (errno != EWOULDBLOCK) refuse(mark, lastError());
    return true;
}

std::string contentOf(const path& mark) {
    const UniqueFd file(
        detail::openFile(mark.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file && errno == ENOENT) return {};  // its owner has just removed it
    if (!file) refuse(mark, lastError());
    std::string text;
    std::array<char, 4096> piece;
    for (;;) {
        const auto count =
            uninterrupted([&] { return ::read(file.value(), piece.data(), piece.size()); });
        if (count < 0) refuse(mark, lastError());
        if (count == 0) return text;
        text.append(piece.data(), static_cast<std::size_t>(count));
    }
}

std::map<std::string, std::string> valuesOf(const path& mark) {
    std::map<std::string, std::string> values;
    std::istringstream text(contentOf(mark));
    for (std::string line; std::getline(text, line);) {
        if (const auto at = line.find(" = "); at != std::string::npos) {
            values[line.substr(0, at)] = line.substr(at + 3);
        }
    }
    return values;
}

// Whether the report of the crash names other code.
bool isInnocent(std::map<std::string, std::string>& values) {
    const auto& in = values["in"];
    return !in.empty() && in != values["code"] && in != values["label"];
}

std::vector<path> marksIn(const path& staging) {
    std::vector<path> marks;
    const auto folder = staging / kFolder;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        std::error_code gone;
        if (entry->is_regular_file(gone) && entry->path().extension() != kKept &&
            !isLocked(entry->path())) {
            marks.push_back(entry->path());
        }
        if (gone && gone != std::errc::no_such_file_or_directory) refuse(entry->path(), gone);
    }
    if (failed && failed != std::errc::no_such_file_or_directory) refuse(folder, failed);
    return marks;
}

path keptOf(const path& mark) {
    auto kept = mark;
    kept += kKept;
    return kept;
}

CrashedVersion read(const path& mark) {
    auto values = valuesOf(mark);
    CrashedVersion crashed{.service = values["service"],
                           .mark = mark,
                           .file = values["file"],
                           .digest = values["digest"],
                           .version = values["version"],
                           .ended = values["ended"],
                           .kept = {},
                           .keptVersion = values["version_before"]};
    auto kept = keptOf(mark);
    std::error_code none;
    if (std::filesystem::exists(kept, none)) crashed.kept = std::move(kept);
    return crashed;
}

// Why the mark is still there, if it is. Takes no memory.
std::error_code removeMark(const path& mark, const path& kept) noexcept {
    std::error_code ignored;  // the file that was kept is found again then
    std::filesystem::remove(kept, ignored);
    std::error_code failed;
    std::filesystem::remove(mark, failed);
    return failed;
}

// A second name: other services that had the same version before have a mark of their own.
void keep(const path& before, const path& kept) {
    std::error_code failed;  // it is gone, or kept already
    std::filesystem::create_hard_link(before, kept, failed);
    if (failed && failed != std::errc::file_exists) std::filesystem::rename(before, kept, failed);
}

// Nothing when there is no such file, or can be none: a mark may have been damaged.
std::string digestOrNothing(const path& file) {
    std::error_code failed;
    const auto status = std::filesystem::status(file, failed);
    if (status.type() == std::filesystem::file_type::not_found) return {};
    if (failed == std::errc::filename_too_long) return {};
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) return {};
    return contentDigest(file);
}

}  // namespace

ProbationMark::ProbationMark(const path& staging, const std::string& service,
                             const Generation& current, const Generation& before) {
    const auto folder = staging / kFolder;
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) failAt(folder);
    auto name = (folder / (service + ".XXXXXX")).string();
    file_ = openedBy([&] { return ::mkostemp(name.data(), O_APPEND | O_CLOEXEC); });
    if (!file_) failAt(name);
    try {
        path_ = name;
        kept_ = keptOf(path_);
        if (detail::lockFile(file_.value(), LOCK_EX | LOCK_NB) != 0) failAt(path_);
        write(file_, path_,
              "service = " + service + "\nfile = " + current.file().path.string() + "\nversion = " +
                  current.file().version + "\ndigest = " + contentDigest(current.stagedPath()) +
                  "\ncode = " + code(current) + "\nlabel = " + label(current) +
                  "\nbefore = " + before.stagedPath().filename().string() +
                  "\nversion_before = " + before.file().version + "\n");
    } catch (...) {
        if (::unlink(name.c_str()) != 0) sayNothing();
        throw;
    }
    crash::alsoTell(file_.value());
}

ProbationMark::~ProbationMark() {
    crash::tellNoMore(file_.value());
    if (removeMark(path_, kept_)) sayNothing();
}

// Without its lock it would say that this process has died. An empty one says nothing.
void ProbationMark::sayNothing() const noexcept {
    static_cast<void>(!detail::resizeFile(file_.value(), 0));
}

std::vector<CrashedVersion> takeCrashedVersions(const path& staging) {
    std::vector<CrashedVersion> all;
    for (const auto& mark : marksIn(staging)) {
        auto values = valuesOf(mark);
        const path file = values["file"];
        // One without a digest was never finished.
        if (isInnocent(values) || values["digest"].empty() ||
            digestOrNothing(file) != values["digest"]) {
            static_cast<void>(removeMark(mark, keptOf(mark)));  // else it is found again
            continue;
        }
        if (const path before = values["before"]; !before.empty() && before == before.filename()) {
            keep(staging / before, keptOf(mark));
        }
        all.push_back(read(mark));
    }
    return all;
}

std::optional<CrashedVersion> crashedVersion(const path& staging, const path& file) {
    const auto marks = marksIn(staging);
    if (marks.empty()) return std::nullopt;
    const auto digest = digestOrNothing(file);
    for (const auto& mark : marks) {
        auto crashed = read(mark);
        if (!crashed.digest.empty() && crashed.digest == digest) return crashed;
    }
    return std::nullopt;
}

void forgetCrashedVersion(const path& staging, const path& file) {
    while (const auto crashed = crashedVersion(staging, file)) {
        if (const auto failed = removeMark(crashed->mark, keptOf(crashed->mark))) {
            throw PluginError(crashed->mark.string() +
                              ": it says that the file crashed, and "
                              "cannot be removed: " +
                              failed.message());
        }
    }
}

std::string toString(const CrashedVersion& crashed) {
    const auto how = crashed.ended.empty() ? "ended its process without a word"
                                           : "crashed with " + crashed.ended;
    const auto instead = crashed.kept.empty() ? "it is not used, and no version before it is left"
                                              : "version " + crashed.keptVersion +
                                                    ", from before it, is used in its place";
    return crashed.file.string() + ": version " + crashed.version + " " + how +
           " during its probation in service \"" + crashed.service + "\": " + instead +
           "; put another file there, or `berth load` it, or start without " +
           crashed.mark.string() + ", to try it again";
}

}  // namespace berth::host
