// tests/fuzz/text_fuzz.cpp - UTF-8: what is printed is well formed, and upper case does not depend
// on where bytes are split.
#include <span>
#include <string>

#include "fuzz/fuzz_target.h"
#include "host/base/utf8.h"
#include "host/log/escape.h"
#include "uppercase/unicode.h"

namespace berth::fuzz {
namespace {

std::string upper(uppercase::UnicodeUpper& converter, std::string_view text) {
    return converter.convert(std::as_bytes(std::span(text)));
}

}  // namespace

void target(std::string_view input) {
    const auto shown = host::wellFormedUtf8(input);
    for (std::size_t at = 0; at < shown.size();) {
        const auto length = host::utf8Length(std::string_view(shown).substr(at));
        require(length > 0, "what is shown is well formed");
        at += length;
    }
    std::string line;
    host::appendEscaped(line, input);
    for (const unsigned char c : line)
        require(c >= 0x20 && c != 0x7f, "nothing controls a terminal");
    line.clear();
    host::appendJson(line, input);
    require(host::wellFormedUtf8(line) == line, "JSON is UTF-8");

    static const uppercase::UnicodeCase unicode;
    const Splitter split(input);
    uppercase::UnicodeUpper whole(unicode);
    auto expected = upper(whole, split.whole);
    expected += whole.rest();
    uppercase::UnicodeUpper parts(unicode);
    auto result = upper(parts, split.first);
    result += upper(parts, split.second);
    result += parts.rest();
    require(result == expected, "upper case does not depend on the pieces");
}

}  // namespace berth::fuzz
