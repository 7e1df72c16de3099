// host/config/expansion.cpp - finds and replaces references to environment variables.
#include "host/config/expansion.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>

namespace berth::host {
namespace {

constexpr std::string_view kOpen = "${env:";

bool isVariableCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool isName(std::string_view name) {
    return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
           std::ranges::all_of(name, isVariableCharacter);
}

void report(IniEntry& entry, std::size_t offset, std::size_t length, std::string code,
            std::string message, std::vector<Diagnostic>& diagnostics) {
    auto position = entry.valuePosition;
    if (entry.verbatim) {
        position.column += offset;
        position.length = length;
    }
    diagnostics.push_back({.position = std::move(position),
                           .code = std::move(code),
                           .message = std::move(message),
                           .sourceLine = entry.sourceLine});
    entry.usable = false;
}

// Appends the value of the reference at `open` and returns the offset behind it.
std::size_t expandOne(IniEntry& entry, std::size_t open, std::string& result,
                      std::vector<Diagnostic>& diagnostics) {
    const std::string_view text = entry.value;
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) {
        report(entry, open, text.size() - open, "invalid-reference", "\"${env:\" is never closed",
               diagnostics);
        return text.size();
    }
    const std::string name(text.substr(open + kOpen.size(), close - open - kOpen.size()));
    const auto length = close + 1 - open;
    if (!isName(name)) {
        report(entry, open, length, "invalid-reference",
               "\"" + name + "\" is not the name of an environment variable", diagnostics);
    } else if (const auto* value = std::getenv(name.c_str())) {
        result += value;
    } else {
        report(entry, open, length, "unset-variable",
               "the environment variable " + name + " is not set", diagnostics);
    }
    return close + 1;
}

void expand(IniEntry& entry, std::vector<Diagnostic>& diagnostics) {
    const std::string_view text = entry.value;
    std::string result;
    std::size_t at = 0;
    for (auto open = text.find(kOpen); open != std::string_view::npos;
         open = text.find(kOpen, at)) {
        if (open > at && text[open - 1] == '$') {
            result += text.substr(at, open - at - 1);
            result += kOpen;
            at = open + kOpen.size();
        } else {
            result += text.substr(at, open - at);
            at = expandOne(entry, open, result, diagnostics);
        }
    }
    if (at == 0) return;
    result += text.substr(at);
    entry.value = std::move(result);
    entry.verbatim = false;
}

}  // namespace

void expandEnvironment(IniDocument& document, std::vector<Diagnostic>& diagnostics) {
    for (auto& section : document.sections) {
        for (auto& entry : section.entries) {
            if (!isCommandKey(entry.key)) expand(entry, diagnostics);
        }
    }
}

}  // namespace berth::host
