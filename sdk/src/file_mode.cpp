// sdk/src/file_mode.cpp
#include "berth/file_mode.h"

#include <charconv>
#include <string_view>

namespace berth {
namespace {

constexpr mode_t kOwnerMayRead = 0400;

}  // namespace

FileMode ValueCodec<FileMode>::parse(ValueSource source) {
    auto digits = source.text;
    if (digits.size() == 4 && digits.starts_with('0')) digits.remove_prefix(1);
    mode_t bits = 0;
    const auto* end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, bits, 8);
    if (digits.size() != 3 || parsed.ec != std::errc() || parsed.ptr != end) {
        throw ValueError("is no file mode: write three octal digits, such as 0640");
    }
    if ((bits & kOwnerMayRead) == 0) throw ValueError("is a mode that its owner cannot read");
    return {bits};
}

std::string ValueCodec<FileMode>::format(FileMode mode) {
    std::string text = "0000";
    for (std::size_t i = 1; i < text.size(); ++i) {
        text[i] = static_cast<char>('0' + ((mode.bits >> (3 * (text.size() - 1 - i))) & 7U));
    }
    return text;
}

}  // namespace berth
