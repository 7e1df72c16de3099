// plugins/uppercase/unicode.cpp
#include "unicode.h"

#include <wctype.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "ascii.h"
#include "special_casing.h"
#include "utf8.h"

namespace berth::uppercase {
namespace {

// Takes the ASCII characters at the front of `text`, which most texts are made of.
void takeAscii(std::string_view& text, std::string& upper) {
    const auto run = text.substr(0, asciiLength(text));
    const auto begin = upper.size();
    upper += run;
    toUpperAscii(std::as_writable_bytes(std::span(upper).subspan(begin)));
    text.remove_prefix(run.size());
}

}  // namespace

UnicodeCase::UnicodeCase() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (!locale_) throw std::system_error(errno, std::generic_category(), "locale C.UTF-8");
}

void UnicodeCase::appendUpper(std::string& text, char32_t character) const {
    const auto special =
        std::ranges::lower_bound(kSpecialCasing, character, {}, &SpecialCase::lower);
    if (special != kSpecialCasing.end() && special->lower == character) {
        for (const auto upper : special->upper) {
            if (upper != 0) appendUtf8(text, upper);
        }
        return;
    }
    const auto upper = ::towupper_l(static_cast<wint_t>(character), locale_.get());
    appendUtf8(text, static_cast<char32_t>(upper));
}

std::string UnicodeUpper::convert(std::span<const std::byte> bytes) {
    std::string joined = std::move(incomplete_);
    incomplete_.clear();
    // The bytes of an object may be looked at as characters.
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!joined.empty()) text = joined += text;

    std::string upper;
    upper.reserve(text.size());
    for (takeAscii(text, upper); !text.empty(); takeAscii(text, upper)) {
        const auto front = decodeFront(text);
        if (front.kind == Decoded::Kind::CutOff) {
            incomplete_ = text;
            break;
        }
        if (front.kind == Decoded::Kind::Character) {
            unicode_.appendUpper(upper, front.character);
        } else {
            upper += text.front();
        }
        text.remove_prefix(front.length);
    }
    return upper;
}

}  // namespace berth::uppercase
