// cli/app/console.h - where the tool prints: standard output and standard error.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth::cli {

enum class Style { Plain, Bold, Dim, Green, Yellow, Red };

// Writes unbuffered, so that output and errors keep their order. Knows which of the two is a
// terminal: colours, bars and the masking of control characters happen only there.
class Console {
public:
    // Standard output and standard error as they are, with NO_COLOR and TERM=dumb respected.
    [[nodiscard]] static Console standard();

    Console(int output, int errors);

    [[nodiscard]] bool outputIsTerminal() const noexcept { return outputIsTerminal_; }
    [[nodiscard]] bool errorsAreTerminal() const noexcept { return errorsAreTerminal_; }

    // Throws: OutputClosed when the reader is gone, Failure when writing fails.
    void write(std::string_view bytes) const;
    void writeError(std::string_view bytes) const;

    void printLine(std::string_view line) const;
    // Writes `berth: MESSAGE` to standard error. Never throws: there is nowhere to tell it.
    void complain(std::string_view message) const noexcept;

    // The text in that style, when standard output shows colours.
    [[nodiscard]] std::string styled(Style style, std::string_view text) const;

    // The terminal's width; 80 when it is unknown.
    [[nodiscard]] std::size_t columns() const noexcept;

private:
    int output_;
    int errors_;
    bool outputIsTerminal_;
    bool errorsAreTerminal_;
    bool colours_;
};

}  // namespace berth::cli
