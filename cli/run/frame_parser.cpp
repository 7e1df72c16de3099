// cli/run/frame_parser.cpp
#include "cli/run/frame_parser.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "cli/app/failure.h"

namespace berth::cli {
namespace {

constexpr std::size_t kLongestHeader = 4096;
constexpr std::size_t kShownOfLine = 40;  // of a wrong line, in the message

[[noreturn]] void refuse(std::string_view line) {
    throw Failure(ExitCode::Protocol,
                  "the answer is not in frames: \"" + std::string(line.substr(0, kShownOfLine)) +
                      (line.size() > kShownOfLine ? "...\"" : "\"") +
                      "; is this an exec service with `framing = frames`? berth talk shows "
                      "whatever it says");
}

template <class Number>
std::optional<Number> numberOf(std::string_view text) {
    Number value{};
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (error != std::errc{} || end != last) return std::nullopt;
    return value;
}

// The text up to the next blank; takes both off the line.
std::string_view nextWord(std::string_view& line) {
    const auto blank = std::min(line.find(' '), line.size());
    const auto word = line.substr(0, blank);
    line.remove_prefix(std::min(blank + 1, line.size()));
    return word;
}

}  // namespace

bool FrameParser::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        if (remaining_ > 0) {
            const auto piece = bytes.substr(0, std::min<std::uint64_t>(remaining_, bytes.size()));
            onOutput_(stream_, piece);
            remaining_ -= piece.size();
            bytes.remove_prefix(piece.size());
            continue;
        }
        const auto newline = bytes.find('\n');
        header_ += bytes.substr(0, newline);
        if (header_.size() > kLongestHeader) refuse(header_);
        if (newline == std::string_view::npos) return false;
        bytes.remove_prefix(newline + 1);
        const bool last = takeHeader(header_);
        header_.clear();
        if (last) return true;
    }
    return false;
}

bool FrameParser::takeHeader(std::string_view line) {
    auto rest = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    const auto kind = nextWord(rest);
    if (kind == "out" || kind == "err") {
        const auto size = numberOf<std::uint64_t>(rest);
        if (!size) refuse(line);
        stream_ = kind == "out" ? Stream::Out : Stream::Err;
        remaining_ = *size;
        return false;
    }
    const auto what = nextWord(rest);
    if (kind == "error" && !what.empty()) {
        end_ = CommandError{std::string(what), std::string(rest)};
        return true;
    }
    const auto milliseconds = numberOf<std::uint64_t>(rest);
    if (kind == "signal" && !what.empty() && milliseconds) {
        end_ = CommandSignal{std::string(what), *milliseconds};
        return true;
    }
    const auto code = numberOf<int>(what);
    if (kind != "exit" || !code || *code < 0 || *code > 255 || !milliseconds) refuse(line);
    end_ = CommandExit{*code, *milliseconds};
    return true;
}

}  // namespace berth::cli
