// host/config/expansion.cpp - finds and replaces references to environment variables.
#include "host/config/expansion.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>

#include "host/config/hidden_value.h"

namespace berth::host {
namespace {

constexpr std::size_t kMaxExpanded = std::size_t{64} << 10;  // bytes
constexpr std::string_view kOpen = "${env:";

bool isVariableCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool isName(std::string_view name) {
    return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
           std::ranges::all_of(name, isVariableCharacter);
}

// An entry of a section, and where its errors go.
struct Place {
    IniEntry& entry;
    const std::string& section;
    std::vector<Diagnostic>& diagnostics;
};

void report(const Place& place, std::size_t offset, std::size_t length, std::string code,
            std::string message) {
    auto& entry = place.entry;
    auto position = entry.valuePosition;
    if (entry.verbatim) {
        position.column += offset;
        position.length = length;
    }
    place.diagnostics.push_back({.position = std::move(position),
                                 .code = std::move(code),
                                 .message = std::move(message),
                                 .sourceLine = hideForeignValue(place.section, entry.sourceLine)});
    entry.usable = false;
}

// Appends the value of the reference at `open` and returns the offset behind it.
std::size_t expandOne(const Place& place, std::size_t open, std::string& result) {
    const std::string_view text = place.entry.value;
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) {
        report(place, open, text.size() - open, "invalid-reference", "\"${env:\" is never closed");
        return text.size();
    }
    const std::string name(text.substr(open + kOpen.size(), close - open - kOpen.size()));
    const auto length = close + 1 - open;
    if (!isName(name)) {
        report(place, open, length, "invalid-reference",
               "\"" + name + "\" is not the name of an environment variable");
    } else if (const auto* value = std::getenv(name.c_str())) {
        result += value;
    } else {
        report(place, open, length, "unset-variable",
               "the environment variable " + name + " is not set");
    }
    return close + 1;
}

void expand(const Place& place) {
    const std::string_view text = place.entry.value;
    std::string result;
    std::size_t at = 0;
    for (auto open = text.find(kOpen);
         open != std::string_view::npos && result.size() <= kMaxExpanded;
         open = text.find(kOpen, at)) {
        if (open > at && text[open - 1] == '$') {
            result += text.substr(at, open - at - 1);
            result += kOpen;
            at = open + kOpen.size();
        } else {
            result += text.substr(at, open - at);
            at = expandOne(place, open, result);
        }
    }
    if (at == 0) return;
    result += text.substr(at);
    if (result.size() > kMaxExpanded) {
        report(place, 0, text.size(), "value-too-long",
               "the value is longer than " + std::to_string(kMaxExpanded) +
                   " bytes with its environment variables put in");
        return;
    }
    place.entry.value = std::move(result);
    place.entry.verbatim = false;
}

}  // namespace

void expandEnvironment(IniDocument& document, std::vector<Diagnostic>& diagnostics) {
    const auto most = diagnostics.size() + kMaxIniErrors;
    for (auto& section : document.sections) {
        for (auto& entry : section.entries) {
            if (diagnostics.size() >= most) return;
            if (!isCommandKey(entry.key)) expand({entry, section.name, diagnostics});
        }
    }
}

}  // namespace berth::host
