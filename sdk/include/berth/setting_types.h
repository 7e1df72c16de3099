// berth/setting_types.h - how the text of a setting becomes a value of a C++ type, and back.
//
// A type can be a setting when ValueCodec<T> is specialised for it. There are codecs for bool,
// integers, double, std::string, EscapedText, std::chrono durations, ByteCount,
// std::filesystem::path, Secret, and std::vector of any of them (separated by commas).
#pragma once

#include <charconv>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "berth/api.h"
#include "berth/units.h"

namespace berth {

// Text that is never printed: `describe`, `show` and logs write *** in its place.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

private:
    std::string value_;
};

// Bytes to send, written as text in which \n, \r, \t, \0, \\ and \xHH stand for one byte each:
// for messages that end a line or hold what no ini file can.
struct EscapedText {
    std::string bytes;
};

// Why a text is not a value of the wanted type. Thrown by codecs, turned into a SettingIssue.
// The message is read after `file:line:column: error: `, so it says what is wrong in full.
class BERTH_API ValueError : public std::runtime_error {
public:
    explicit ValueError(const std::string& message, std::size_t offset = 0, std::size_t length = 0,
                        std::string suggestion = {})
        : std::runtime_error(message),
          offset_(offset),
          length_(length),
          suggestion_(std::move(suggestion)) {}
    ~ValueError() override;

    // The wrong bytes of the text: from offset(), length() of them (0: to the end).
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
    [[nodiscard]] std::size_t length() const noexcept { return length_; }
    [[nodiscard]] const std::string& suggestion() const noexcept { return suggestion_; }

private:
    std::size_t offset_;
    std::size_t length_;
    std::string suggestion_;
};

// Several items of a list are wrong; what() is of the first. Thrown by the codec of lists.
class BERTH_API ListError : public ValueError {
public:
    // Requires: not empty.
    explicit ListError(std::vector<ValueError> items)
        : ValueError(items.front()), items_(std::move(items)) {}
    ~ListError() override;

    // In the order of the list, the first kMost of them; offsets are those of the whole text.
    [[nodiscard]] const std::vector<ValueError>& items() const noexcept { return items_; }
    static constexpr std::size_t kMost = 8;

private:
    std::vector<ValueError> items_;
};

// The text to convert and where it came from.
struct ValueSource {
    std::string_view text;
    const std::filesystem::path& directory;  // relative paths start here
};

template <class T>
struct ValueCodec;  // { static T parse(ValueSource); static std::string format(const T&);
                    //   static std::string typeName(); }

// There is a codec that can do all three.
template <class T>
concept SettingType = requires(ValueSource source, const T& value) {
    { ValueCodec<T>::parse(source) } -> std::convertible_to<T>;
    { ValueCodec<T>::format(value) } -> std::convertible_to<std::string>;
    { ValueCodec<T>::typeName() } -> std::convertible_to<std::string>;
};

namespace detail {

// The text in double quotes for a message: control characters escaped, a long text cut short.
[[nodiscard]] BERTH_API std::string quoted(std::string_view text);
[[noreturn]] BERTH_API void throwOutOfRange(std::string_view text, const std::string& range);

[[nodiscard]] BERTH_API bool parseBool(std::string_view text);
[[nodiscard]] BERTH_API std::int64_t parseSigned(std::string_view text, std::int64_t least,
                                                 std::int64_t most);
[[nodiscard]] BERTH_API std::uint64_t parseUnsigned(std::string_view text, std::uint64_t most);
[[nodiscard]] BERTH_API double parseDecimal(std::string_view text);
[[nodiscard]] BERTH_API std::string formatDecimal(double value);
[[nodiscard]] BERTH_API ByteCount parseByteCountOrThrow(std::string_view text);
[[nodiscard]] BERTH_API std::chrono::milliseconds parseDurationOrThrow(std::string_view text);
[[nodiscard]] BERTH_API std::filesystem::path parsePath(ValueSource source);
// What describes a choice: "one of ascii, utf-8".
[[nodiscard]] BERTH_API std::string oneOf(const std::vector<std::string>& known);
[[noreturn]] BERTH_API void throwUnknownChoice(std::string_view text,
                                               const std::vector<std::string>& known);

[[nodiscard]] BERTH_API std::string parseEscapes(std::string_view text);
[[nodiscard]] BERTH_API std::string formatEscapes(std::string_view bytes);

// The items of a comma-separated list without surrounding blanks, each with its offset.
struct ListItem {
    std::string_view text;
    std::size_t offset;
};
inline constexpr std::size_t kMostListItems = 1000;
// Appends an error for each item that is empty, and for the one beyond kMostListItems.
[[nodiscard]] BERTH_API std::vector<ListItem> splitList(std::string_view text,
                                                        std::vector<ValueError>& errors);
// The error of an item as one of the whole list.
[[nodiscard]] BERTH_API ValueError errorInList(const ListItem& item, const ValueError& error);
// Requires: `errors` is not empty. Throws: ValueError for one of them, ListError for more, in the
// order in which they stand.
[[noreturn]] BERTH_API void throwListErrors(std::vector<ValueError> errors);

}  // namespace detail

template <>
struct ValueCodec<bool> {
    static bool parse(ValueSource source) { return detail::parseBool(source.text); }
    static std::string format(bool value) { return value ? "on" : "off"; }
    static std::string typeName() { return "on or off"; }
};

template <std::integral T>
struct ValueCodec<T> {
    static T parse(ValueSource source) {
        if constexpr (std::is_signed_v<T>) {
            return static_cast<T>(detail::parseSigned(source.text, std::numeric_limits<T>::min(),
                                                      std::numeric_limits<T>::max()));
        } else {
            return static_cast<T>(
                detail::parseUnsigned(source.text, std::numeric_limits<T>::max()));
        }
    }
    static std::string format(T value) { return std::to_string(value); }
    static std::string typeName() { return "number"; }
};

template <>
struct ValueCodec<double> {
    static double parse(ValueSource source) { return detail::parseDecimal(source.text); }
    static std::string format(double value) { return detail::formatDecimal(value); }
    static std::string typeName() { return "decimal number"; }
};

template <>
struct ValueCodec<std::string> {
    static std::string parse(ValueSource source) { return std::string(source.text); }
    static std::string format(const std::string& value) { return value; }
    static std::string typeName() { return "text"; }
};

template <>
struct ValueCodec<EscapedText> {
    static EscapedText parse(ValueSource source) { return {detail::parseEscapes(source.text)}; }
    static std::string format(const EscapedText& value) {
        return detail::formatEscapes(value.bytes);
    }
    static std::string typeName() { return "text with escapes"; }
};

template <class Rep, class Period>
struct ValueCodec<std::chrono::duration<Rep, Period>> {
    using Duration = std::chrono::duration<Rep, Period>;
    static Duration parse(ValueSource source) {
        const auto exact = detail::parseDurationOrThrow(source.text);
        const auto value = std::chrono::duration_cast<Duration>(exact);
        if (value != exact) {
            throw ValueError(detail::quoted(source.text) + " is finer than this setting can be");
        }
        return value;
    }
    static std::string format(Duration value) {
        return formatDuration(std::chrono::duration_cast<std::chrono::milliseconds>(value));
    }
    static std::string typeName() { return "duration"; }
};

template <>
struct ValueCodec<ByteCount> {
    static ByteCount parse(ValueSource source) {
        return detail::parseByteCountOrThrow(source.text);
    }
    static std::string format(ByteCount value) { return formatByteCount(value); }
    static std::string typeName() { return "size"; }
};

template <>
struct ValueCodec<std::filesystem::path> {
    static std::filesystem::path parse(ValueSource source) { return detail::parsePath(source); }
    static std::string format(const std::filesystem::path& value) { return value.string(); }
    static std::string typeName() { return "path"; }
};

template <>
struct ValueCodec<Secret> {
    static Secret parse(ValueSource source) { return Secret(std::string(source.text)); }
    static std::string format(const Secret& value) { return value.empty() ? "" : "***"; }
    static std::string typeName() { return "secret"; }
};

template <SettingType T>
struct ValueCodec<std::vector<T>> {
    static std::vector<T> parse(ValueSource source) {
        std::vector<T> values;
        std::vector<ValueError> errors;
        for (const auto& item : detail::splitList(source.text, errors)) {
            try {
                values.push_back(ValueCodec<T>::parse({item.text, source.directory}));
            } catch (const ValueError& error) {
                errors.push_back(detail::errorInList(item, error));
            }
        }
        if (!errors.empty()) detail::throwListErrors(std::move(errors));
        return values;
    }
    static std::string format(const std::vector<T>& values) {
        std::string text;
        for (const auto& value : values) {
            if (!text.empty()) text += ", ";
            text += ValueCodec<T>::format(value);
        }
        return text;
    }
    static std::string typeName() { return "list of " + ValueCodec<T>::typeName(); }
};

}  // namespace berth
