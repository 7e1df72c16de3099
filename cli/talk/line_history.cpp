// cli/talk/line_history.cpp
#include "cli/talk/line_history.h"

#include <Poco/Environment.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <system_error>
#include <utility>

#include "berth/unique_fd.h"
#include "cli/app/failure.h"

namespace berth::cli {
namespace {

constexpr int kMostHistoryLines = 1000;
constexpr mode_t kOwnerOnly = 0600;

// libedit makes files with the umask's mode; the file is there before it is written to.
bool makePrivateFile(const std::filesystem::path& file) {
    std::error_code failed;
    std::filesystem::create_directories(file.parent_path(), failed);
    const UniqueFd created(
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
    return created && ::fchmod(created.value(), kOwnerOnly) == 0;
}

}  // namespace

std::optional<std::filesystem::path> historyFile() {
    const std::filesystem::path state = Poco::Environment::get("XDG_STATE_HOME", "");
    if (state.is_absolute()) return state / "berth" / "history";
    const std::filesystem::path home = Poco::Environment::get("HOME", "");
    if (home.is_absolute()) return home / ".local" / "state" / "berth" / "history";
    return std::nullopt;
}

LineHistory::LineHistory(std::filesystem::path file)
    : file_(std::move(file)), history_(::history_init()) {
    if (!history_) throw Failure(ExitCode::Software, "no memory for the history");
    HistEvent event{};
    ::history(history_.get(), &event, H_SETSIZE, kMostHistoryLines);
    ::history(history_.get(), &event, H_SETUNIQUE, 1);
    ::history(history_.get(), &event, H_LOAD, file_.c_str());
}

void LineHistory::add(const std::string& line) {
    if (line.empty() || line.front() == ' ') return;
    HistEvent event{};
    ::history(history_.get(), &event, H_ENTER, line.c_str());
    if (makePrivateFile(file_)) ::history(history_.get(), &event, H_SAVE, file_.c_str());
}

}  // namespace berth::cli
