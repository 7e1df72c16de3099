// host/plugin/probation_mark.h - what is left of a version whose process died while it was on
// probation, so that the next process does not use it again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/base/unique_fd.h"

namespace berth::host {

class Generation;

// A file that is there, and locked, while a version is on probation: the destructor removes it.
// Whoever finds one without a lock knows that its process died. A crash adds its signal. Each has a
// name of its own: processes that an upgrade left behind have theirs in the same folder.
class ProbationMark {
public:
    // In the subfolder of that name of the folder for staged plugins. On disk when it returns.
    // Throws: std::system_error with the path.
    ProbationMark(const std::filesystem::path& staging, const std::string& service,
                  const Generation& current, const Generation& before);
    ProbationMark(const ProbationMark&) = delete;
    ProbationMark& operator=(const ProbationMark&) = delete;
    ~ProbationMark();

private:
    void sayNothing() const noexcept;

    std::filesystem::path path_;
    std::filesystem::path kept_;  // where the version before will be
    UniqueFd file_;
};

// A version that is not used again, since it or something unknown ended its process.
struct CrashedVersion {
    std::string service;
    std::filesystem::path mark;
    std::filesystem::path file;  // where it was loaded from
    std::string digest;          // of its content
    std::string version;
    std::string ended;           // such as "SIGSEGV"; empty: nothing could be told
    std::filesystem::path kept;  // a copy of the version before; empty: none is left
    std::string keptVersion;
};

// All of them. Called before the folder for staged plugins is cleaned up, it keeps the version
// before of each; marks of files that were replaced meanwhile, or whose process died in other
// code, are removed. Throws: PluginError when one cannot be looked at.
[[nodiscard]] std::vector<CrashedVersion> takeCrashedVersions(const std::filesystem::path& staging);

// The one with the content of `file`. Throws: PluginError, as above.
[[nodiscard]] std::optional<CrashedVersion> crashedVersion(const std::filesystem::path& staging,
                                                           const std::filesystem::path& file);
// Lets the file be used again. Throws: PluginError when a mark cannot be removed.
void forgetCrashedVersion(const std::filesystem::path& staging, const std::filesystem::path& file);

// One line: what happened, what is used instead, what to do.
[[nodiscard]] std::string toString(const CrashedVersion& crashed);

}  // namespace berth::host
