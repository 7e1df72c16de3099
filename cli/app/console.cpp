// cli/app/console.cpp
#include "cli/app/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <system_error>

#include <Poco/Environment.h>

#include "cli/app/failure.h"
#include "cli/app/terminal_text.h"

namespace berth::cli {
namespace {

void writeAll(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(descriptor, bytes.data(), bytes.size());
        if (count > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (count < 0 && errno == EPIPE) {
            throw OutputClosed();
        } else if (count < 0 && errno != EINTR) {
            throw Failure(ExitCode::InputOutput,
                          "cannot write the output: " + std::generic_category().message(errno));
        }
    }
}

bool coloursWanted() {
    return Poco::Environment::get("NO_COLOR", "").empty() &&
           Poco::Environment::get("TERM", "dumb") != "dumb";
}

std::string_view codeOf(Style style) noexcept {
    switch (style) {
        case Style::Bold:
            return "1";
        case Style::Dim:
            return "2";
        case Style::Green:
            return "32";
        case Style::Yellow:
            return "33";
        case Style::Red:
            return "31";
        case Style::Plain:
            break;
    }
    return "";
}

std::string painted(Style style, std::string_view text) {
    return "\x1b[" + std::string(codeOf(style)) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace

Console Console::standard() {
    return {STDOUT_FILENO, STDERR_FILENO};
}

Console::Console(int output, int errors)
    : output_(output),
      errors_(errors),
      outputIsTerminal_(::isatty(output) == 1),
      errorsAreTerminal_(::isatty(errors) == 1),
      colours_(coloursWanted()) {}

void Console::write(std::string_view bytes) const {
    writeAll(output_, bytes);
}

void Console::writeError(std::string_view bytes) const {
    writeAll(errors_, bytes);
}

void Console::printLine(std::string_view line) const {
    write(std::string(line) + '\n');
}

void Console::complain(std::string_view message) const noexcept {
    try {
        const std::string_view who = "berth:";
        const auto name =
            errorsAreTerminal_ && colours_ ? painted(Style::Red, who) : std::string(who);
        writeError(name + " " + visibleLine(message) + "\n");
    } catch (const std::exception&) {
        return;  // standard error is closed; the exit status still tells
    }
}

std::string Console::styled(Style style, std::string_view text) const {
    if (!outputIsTerminal_ || !colours_ || style == Style::Plain) return std::string(text);
    return painted(style, text);
}

std::size_t Console::columns() const noexcept {
    winsize size{};
    for (const int descriptor : {output_, errors_}) {
        if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    }
    return 80;
}

}  // namespace berth::cli
