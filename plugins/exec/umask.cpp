// plugins/exec/umask.cpp
#include "exec/umask.h"

#include <charconv>
#include <system_error>

namespace berth {

exec::Umask ValueCodec<exec::Umask>::parse(ValueSource source) {
    unsigned value = 0;
    const auto* end = source.text.data() + source.text.size();
    const auto result = std::from_chars(source.text.data(), end, value, 8);
    if (result.ec != std::errc() || result.ptr != end || value > 0777) {
        throw ValueError("is no file mode mask: write three octal digits, such as 027");
    }
    return {static_cast<mode_t>(value)};
}

std::string ValueCodec<exec::Umask>::format(exec::Umask value) {
    std::string text = "000";
    for (std::size_t digit = 0; digit < text.size(); ++digit) {
        const auto shift = 3 * (text.size() - 1 - digit);
        text[digit] = static_cast<char>('0' + ((value.value >> shift) & 7U));
    }
    return text;
}

}  // namespace berth
