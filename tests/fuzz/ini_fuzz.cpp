// tests/fuzz/ini_fuzz.cpp - ini files: every text is read, and each place that is told lies in it.
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "host/config/diagnostic.h"
#include "host/config/ini_document.h"

namespace berth::fuzz {
namespace {

std::size_t linesOf(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
}

}  // namespace

void target(std::string_view input) {
    std::vector<host::Diagnostic> diagnostics;
    const auto document = host::parseIni("berth.ini", input, diagnostics);
    const auto lines = linesOf(input);
    for (const auto& section : document.sections) {
        require(section.position.line >= 1 && section.position.line <= lines, "a section's line");
        for (const auto& entry : section.entries) {
            require(!entry.key.empty(), "an entry has a key");
            require(entry.keyPosition.line <= lines, "a key's line");
            require(entry.value.find('\n') == std::string::npos, "a value is of one line");
        }
    }
    std::ostringstream printed;
    for (const auto& diagnostic : diagnostics) {
        printText(printed, diagnostic);
        const auto line = oneLine(diagnostic);
        require(!line.empty() && line.find('\n') == std::string::npos, "an error is one line");
    }
    static_cast<void>(toJson(diagnostics));
}

}  // namespace berth::fuzz
