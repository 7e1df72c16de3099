// cli/app/terminal_text.h - makes bytes from elsewhere safe to show on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace berth::cli {

// Lets through text, line breaks, tabs and colours (SGR sequences). Whatever else could drive a
// terminal is made visible instead: ^[ for escape, \x9b for a stray byte, <U+202E> for a
// character that turns the writing direction. Sequences may be split between calls.
class TerminalText {
public:
    [[nodiscard]] std::string filter(std::string_view bytes);

    // What was held back of an unfinished sequence, and the end of a colour that is still on.
    [[nodiscard]] std::string finish();

private:
    [[nodiscard]] std::size_t takeEscape(std::string_view text, std::string& result);
    [[nodiscard]] std::size_t takeCharacter(std::string_view text, std::string& result);

    std::string held_;
    bool coloured_ = false;
};

// One line of foreign text with nothing in it that drives a terminal or breaks the line.
[[nodiscard]] std::string visibleLine(std::string_view text);

}  // namespace berth::cli
