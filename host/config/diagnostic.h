// host/config/diagnostic.h - one thing that is wrong with the configuration, and where.
#pragma once

#include <cstddef>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

namespace berth::host {

struct SourcePosition {
    std::filesystem::path file{};
    std::size_t line = 0;    // from 1; 0: the file as a whole
    std::size_t column = 0;  // from 1, in bytes; 0: the line as a whole
    std::size_t length = 0;  // bytes to underline; 0: to the end of the line
};

struct Diagnostic {
    SourcePosition position;
    std::string code;          // stable, for programs: such as "unknown-key"
    std::string message;       // such as `unknown key "lisen"`
    std::string suggestion{};  // such as `did you mean "listen"?`; may be empty
    std::string sourceLine{};  // the line of the file, for the caret; may be empty
};

// `file:line:column`, without what is 0.
[[nodiscard]] std::string toString(const SourcePosition& position);

// As a compiler prints it: `file:line:column: error: message; suggestion`, the line, a caret.
void printText(std::ostream& out, const Diagnostic& diagnostic);
// The first line of the above, for logs and the control port; safe to show, whatever names hold.
[[nodiscard]] std::string oneLine(const Diagnostic& diagnostic);
// So many at most are shown at once: who mends those has fewer left.
inline constexpr std::size_t kMostDiagnostics = 50;
// The first of them, and behind them one that tells how many more there are.
[[nodiscard]] std::vector<Diagnostic> firstOf(std::vector<Diagnostic> diagnostics);

// A JSON array with one object each: file, line, column, length, code, message, suggestion.
[[nodiscard]] std::string toJson(const std::vector<Diagnostic>& diagnostics);

}  // namespace berth::host
