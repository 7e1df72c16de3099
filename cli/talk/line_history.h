// cli/talk/line_history.h - the lines typed before, kept in a file that only their writer reads.
#pragma once

#include <histedit.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace berth::cli {

// Where the history lies: $XDG_STATE_HOME/berth/history, else ~/.local/state/berth/history.
// Nothing when neither variable says where.
[[nodiscard]] std::optional<std::filesystem::path> historyFile();

// The file is written after each line, so that Ctrl-C loses none. A file that cannot be written
// is no error: the lines are then known until the program ends.
class LineHistory {
public:
    explicit LineHistory(std::filesystem::path file);
    LineHistory(const LineHistory&) = delete;
    LineHistory& operator=(const LineHistory&) = delete;

    // Blank lines and lines that begin with a blank are not kept.
    void add(const std::string& line);

    [[nodiscard]] History* handle() const noexcept { return history_.get(); }

private:
    struct Closer {
        void operator()(History* history) const noexcept { ::history_end(history); }
    };

    std::filesystem::path file_;
    std::unique_ptr<History, Closer> history_;
};

}  // namespace berth::cli
