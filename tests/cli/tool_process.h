// tests/cli/tool_process.h - runs the built `berth` as a user would.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "berth/unique_fd.h"

namespace berth::test {

struct ToolResult {
    int status = -1;  // exit status, or 128 and the signal's number
    std::string out;  // of a terminal: everything
    std::string err;
};

struct ToolOptions {
    bool terminal = false;  // a terminal of 80 columns in place of pipes
    std::filesystem::path directory = "/";
    std::filesystem::path inputFile;       // in place of a pipe
    std::vector<std::string> environment;  // NAME=VALUE, besides PATH, HOME=/nonexistent, TERM
};

// A running tool. Everything it does is bounded by a deadline; a tool that hangs is killed and
// reported by an exception.
class ToolProcess {
public:
    explicit ToolProcess(const std::vector<std::string>& arguments,
                         const ToolOptions& options = {});
    ToolProcess(const ToolProcess&) = delete;
    ToolProcess& operator=(const ToolProcess&) = delete;
    ~ToolProcess();

    void send(std::string_view text);
    void closeInput() { input_.reset(); }
    // Reads until the output that was not asked for yet holds `wanted`, and returns that far.
    std::string readUntil(std::string_view wanted);
    void closeOutput() { output_.reset(); }
    void signal(int number) const;
    // Reads to the end and waits. The output is all that came since the start.
    ToolResult wait();

private:
    using Clock = std::chrono::steady_clock;

    void readSome();
    void collect(UniqueFd& from, std::string& to);

    pid_t pid_ = -1;
    UniqueFd input_;
    UniqueFd output_;
    UniqueFd errors_;
    ToolResult result_;
    std::size_t seen_ = 0;
    Clock::time_point deadline_ = Clock::now() + std::chrono::seconds(120);
};

// Runs the tool to its end, with that standard input.
[[nodiscard]] ToolResult runTool(const std::vector<std::string>& arguments,
                                 const ToolOptions& options = {}, std::string_view input = {});

}  // namespace berth::test
