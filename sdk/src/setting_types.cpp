// sdk/src/setting_types.cpp - text to value, with errors that say what to write instead.
#include "berth/setting_types.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

#include "berth/detail/require.h"
#include "berth/words.h"

namespace berth::detail {
namespace {

constexpr std::size_t kLongestQuote = 60;
constexpr std::string_view kHexDigits = "0123456789abcdef";

std::string lowerCase(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

template <class Number>
Number parseNumber(std::string_view text, Number least, Number most) {
    Number value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    const bool tooLarge = error == std::errc::result_out_of_range && stop == end;
    if (!tooLarge && (error != std::errc() || stop != end)) {
        // A minus sign is understood, so that the range can be named, though the type has none.
        const auto digits = text.starts_with('-') ? text.substr(1) : std::string_view();
        const bool negative = !digits.empty() && std::ranges::all_of(digits, [](unsigned char c) {
            return std::isdigit(c) != 0;
        });
        if (!negative) throw ValueError(quoted(text) + " is not a whole number");
        throwOutOfRange(text, std::to_string(least) + " to " + std::to_string(most));
    }
    if (tooLarge || value < least || most < value) {
        throwOutOfRange(text, std::to_string(least) + " to " + std::to_string(most));
    }
    return value;
}

void appendHex(std::string& text, char c) {
    const auto byte = static_cast<unsigned char>(c);
    text += "\\x";
    text += kHexDigits[byte >> 4];
    text += kHexDigits[byte & 15];
}

struct Escape {
    char letter;
    char byte;
};
constexpr std::array kEscapes{Escape{'n', '\n'}, Escape{'r', '\r'}, Escape{'t', '\t'},
                              Escape{'0', '\0'}, Escape{'\\', '\\'}};

// The byte that the escape at the front of `text`, a backslash, stands for, and its length.
struct Unescaped {
    char byte;
    std::size_t length;
};
std::optional<Unescaped> unescape(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    const auto* simple = std::ranges::find(kEscapes, text[1], &Escape::letter);
    if (simple != kEscapes.end()) return Unescaped{simple->byte, 2};
    unsigned value = 0;
    const auto digits = text.substr(2, 2);
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
    if (text[1] != 'x' || digits.size() != 2 || error != std::errc() || stop != end) {
        return std::nullopt;
    }
    return Unescaped{static_cast<char>(value), 4};
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text.substr(0, kLongestQuote)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            appendHex(result, c);
        } else {
            result += c;
        }
    }
    return result + (text.size() > kLongestQuote ? "...\"" : "\"");
}

void throwOutOfRange(std::string_view text, const std::string& range) {
    throw ValueError(quoted(text) + " is out of range: it must be " + range);
}

bool parseBool(std::string_view text) {
    const auto word = lowerCase(text);
    if (word == "on" || word == "true" || word == "yes" || word == "1") return true;
    if (word == "off" || word == "false" || word == "no" || word == "0") return false;
    throw ValueError(quoted(text) + " is neither on nor off");
}

std::int64_t parseSigned(std::string_view text, std::int64_t least, std::int64_t most) {
    return parseNumber<std::int64_t>(text, least, most);
}

std::uint64_t parseUnsigned(std::string_view text, std::uint64_t most) {
    return parseNumber<std::uint64_t>(text, 0, most);
}

double parseDecimal(std::string_view text) {
    double value = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc() && stop == end && std::isfinite(value)) return value;
    throw ValueError(quoted(text) + " is not a decimal number: write digits, such as 2 or 0.25");
}

std::string formatDecimal(double value) {
    std::array<char, 32> text{};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), result.ptr};
}

ByteCount parseByteCountOrThrow(std::string_view text) {
    if (const auto size = parseByteCount(text)) return *size;
    throw ValueError(quoted(text) +
                     " is not a size: write a number of bytes, or a number and K, M, G or T, "
                     "such as 64K or 1.5G");
}

std::chrono::milliseconds parseDurationOrThrow(std::string_view text) {
    if (const auto duration = parseDuration(text)) return *duration;
    throw ValueError(quoted(text) +
                     " is not a duration: write a number and a unit, such as 30s, 5m or 500ms");
}

std::filesystem::path parsePath(ValueSource source) {
    if (source.text.empty()) return {};
    const auto zero = source.text.find('\0');
    if (zero != std::string_view::npos) throw ValueError("a path holds a zero byte", zero, 1);
    return (source.directory / source.text).lexically_normal();
}

std::string oneOf(const std::vector<std::string>& known) {
    std::string names;
    for (const auto& name : known) names += (names.empty() ? "" : ", ") + name;
    return "one of " + names;
}

void throwUnknownChoice(std::string_view text, const std::vector<std::string>& known) {
    const auto meant = closestWord(text, known);
    throw ValueError(quoted(text) + " is not " + oneOf(known), 0, 0,
                     meant ? "did you mean \"" + *meant + "\"?" : std::string());
}

std::vector<ListItem> splitList(std::string_view text, std::vector<ValueError>& errors) {
    constexpr std::string_view kBlanks = " \t";
    std::vector<ListItem> items;
    if (text.find_first_not_of(kBlanks) == std::string_view::npos) return items;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        const auto item = text.substr(begin, end - begin);
        const auto first = item.find_first_not_of(kBlanks);
        if (items.size() + errors.size() == kMostListItems) {
            errors.emplace_back("a list has at most " + std::to_string(kMostListItems) + " items",
                                begin + (first == std::string_view::npos ? 0 : first));
            break;
        }
        if (first == std::string_view::npos) {
            errors.emplace_back("an item of the list is empty", begin,
                                std::max<std::size_t>(1, item.size()));
        } else {
            const auto last = item.find_last_not_of(kBlanks);
            items.push_back({item.substr(first, last - first + 1), begin + first});
        }
        begin = end + 1;
    }
    return items;
}

ValueError errorInList(const ListItem& item, const ValueError& error) {
    const auto length = error.length() != 0 ? error.length() : item.text.size() - error.offset();
    return ValueError(error.what(), item.offset + error.offset(), length, error.suggestion());
}

void throwListErrors(std::vector<ValueError> errors) {
    BERTH_REQUIRE(!errors.empty());
    std::ranges::stable_sort(errors, {}, &ValueError::offset);
    if (errors.size() == 1) throw ValueError(std::move(errors.front()));
    if (const auto most = ListError::kMost; errors.size() > most) {
        const auto& last = errors[most - 1];
        const auto more = std::to_string(errors.size() - most);
        errors[most - 1] = ValueError(last.what() + ("; behind it " + more + " more are wrong"),
                                      last.offset(), last.length(), last.suggestion());
        errors.erase(errors.begin() + most, errors.end());
    }
    throw ListError(std::move(errors));
}

std::string parseEscapes(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '\\') {
            bytes += text[at++];
            continue;
        }
        const auto escape = unescape(text.substr(at));
        if (!escape) {
            throw ValueError(
                "unknown escape: write \\n, \\r, \\t, \\0, \\xHH, or \\\\ for a backslash", at,
                std::min<std::size_t>(2, text.size() - at));
        }
        bytes += escape->byte;
        at += escape->length;
    }
    return bytes;
}

std::string formatEscapes(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto* escape = std::ranges::find(kEscapes, c, &Escape::byte);
        if (escape != kEscapes.end()) {
            text += {'\\', escape->letter};
        } else if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') {
            appendHex(text, c);
        } else {
            text += c;
        }
    }
    return text;
}

}  // namespace berth::detail
