// cli/control/print_reply.cpp
#include "cli/control/print_reply.h"

#include <algorithm>
#include <string_view>

#include "cli/app/terminal_text.h"

namespace berth::cli {
namespace {

Style styleOf(std::string_view word) noexcept {
    if (word == "serving") return Style::Green;
    if (word == "draining") return Style::Yellow;
    if (word == "hanging") return Style::Red;
    if (word == "stopped" || word == "disabled") return Style::Dim;
    return Style::Plain;
}

// The line with its state words in colour; on a terminal only.
std::string shown(const Console& console, std::string_view line, TerminalText& filter) {
    if (!console.outputIsTerminal()) return std::string(line);
    const auto safe = filter.filter(line);
    std::string text;
    for (std::size_t at = 0; at < safe.size();) {
        const auto blank = std::min(safe.find(' ', at), safe.size());
        const auto word = std::string_view(safe).substr(at, blank - at);
        text += console.styled(styleOf(word), word);
        at = blank;
        while (at < safe.size() && safe[at] == ' ') text += safe[at++];
    }
    return text;
}

}  // namespace

int printReply(ControlClient& client, std::span<const std::string> words, const Console& console) {
    TerminalText filter;
    bool failed = false;
    const auto status = client.ask(
        words,
        [&](const ReplyStatus& first) {
            failed = !first.ok;
            if (failed) {
                console.complain(first.text);
            } else if (!first.text.empty()) {
                console.printLine(shown(console, first.text, filter));
            }
        },
        [&](std::string_view line) {
            if (failed) {
                console.writeError(visibleLine(line) + "\n");
            } else {
                console.printLine(shown(console, line, filter));
            }
        });
    return toInt(exitCodeOf(status));
}

int printJsonReply(ControlClient& client, std::span<const std::string> words,
                   const Console& console) {
    const auto line = client.askJson(words);
    const auto status = line.starts_with('{') ? parseJsonReply(line) : parseReplyStatus(line);
    if (line.starts_with('{')) console.printLine(line);
    if (!status.ok) console.complain(status.text.empty() ? "refused" : status.text);
    return toInt(exitCodeOf(status));
}

}  // namespace berth::cli
