// cli/run/command_report.h - what `berth run` prints.
#pragma once

#include <string>
#include <string_view>

#include "cli/app/console.h"
#include "cli/app/terminal_text.h"
#include "cli/run/frame_parser.h"

namespace berth::cli {

// Where the output of a remote command goes.
class CommandReport {
public:
    virtual ~CommandReport() = default;
    virtual void output(FrameParser::Stream stream, std::string_view bytes) = 0;
    virtual void end(const CommandEnd& end) = 0;
};

// Output to standard output and errors to standard error, as they come. Terminals are shown
// nothing that drives them.
class StreamReport final : public CommandReport {
public:
    explicit StreamReport(const Console& console) : console_(console) {}
    void output(FrameParser::Stream stream, std::string_view bytes) override;
    void end(const CommandEnd& end) override;

private:
    const Console& console_;
    TerminalText out_;
    TerminalText err_;
};

// One JSON object on one line, printed at the end.
class JsonReport final : public CommandReport {
public:
    explicit JsonReport(const Console& console) : console_(console) {}
    // Throws: Failure when the output is too large to keep.
    void output(FrameParser::Stream stream, std::string_view bytes) override;
    void end(const CommandEnd& end) override;

private:
    const Console& console_;
    std::string out_;
    std::string err_;
};

}  // namespace berth::cli
