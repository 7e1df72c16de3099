// tests/fuzz/model/expected.cpp
#include "fuzz/model/expected.h"

#include <cstdlib>
#include <iostream>

#include "fuzz/model/utf8.h"

namespace berth::fuzz {

void Expected::text(std::string bytes) {
    if (bytes.empty()) return;
    add("\"" + bytes + "\"", [bytes](std::string_view& written) {
        if (!written.starts_with(bytes)) return false;
        written.remove_prefix(bytes.size());
        return true;
    });
}

void Expected::check(std::string_view written) const {
    auto rest = written;
    std::string_view missing;
    for (const auto& [what, part] : parts_) {
        if (part(rest)) continue;
        missing = what;
        break;
    }
    if (missing.empty() && rest.empty()) return;
    std::cerr << "the server wrote:\n" << written << "\nthe model says:\n";
    for (const auto& [what, part] : parts_) std::cerr << "  " << what << '\n';
    std::cerr << (missing.empty() ? "too much: " : "not there: ") << missing
              << "\nfrom here on: " << rest << std::endl;
    std::abort();
}

bool takeLine(std::string_view& text, std::string_view& line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return false;
    line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return true;
}

bool isPrintable(std::string_view text) {
    while (!text.empty()) {
        const auto [value, bytes] = firstCharacter(text);
        const bool control = value < 0x20 || (value >= 0x7F && value < 0xA0);
        if (bytes == 0 || (control && value != '\t')) return false;
        text.remove_prefix(bytes);
    }
    return true;
}

}  // namespace berth::fuzz
