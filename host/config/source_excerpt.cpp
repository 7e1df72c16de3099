// host/config/source_excerpt.cpp - clips the line and sets the caret below it.
#include "host/config/source_excerpt.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "host/base/utf8.h"

namespace berth::host {
namespace {

constexpr std::size_t kWidth = 96;
constexpr std::string_view kCut = "...";

bool isContinuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// A part of a line in three: what stands before the marked bytes, those, and what follows.
struct Clip {
    std::string_view before;
    std::string_view marked;
    std::string_view after;
    bool cutFront = false;
    bool cutBack = false;
};

Clip clip(std::string_view line, std::size_t offset, std::size_t length) {
    std::size_t begin = 0;
    if (line.size() > kWidth && offset > kWidth / 2) {
        begin = std::min(offset - kWidth / 2, line.size() - kWidth);
        while (begin < offset && isContinuation(line[begin])) ++begin;
    }
    auto end = std::min(line.size(), begin + kWidth);
    while (end < line.size() && isContinuation(line[end])) ++end;
    const auto markEnd = length == 0 ? end : std::min(offset + length, end);
    return {.before = line.substr(begin, offset - begin),
            .marked = line.substr(offset, markEnd - offset),
            .after = line.substr(markEnd, end - markEnd),
            .cutFront = begin > 0,
            .cutBack = end < line.size()};
}

// What is shown of some text, and what keeps the same width below it.
struct Shown {
    std::string text;
    std::string padding;
};

void show(std::string_view text, char fill, Shown& shown) {
    while (!text.empty()) {
        const auto length = utf8Length(text);
        const auto taken = text.substr(0, std::max<std::size_t>(length, 1));
        const bool printable = length > 0 && !actsOnTerminal(taken);
        shown.text += printable ? taken : std::string_view("?");
        if (text.front() == '\t' && fill == ' ') {
            shown.padding += '\t';
        } else {
            shown.padding.append(printable ? utf8Columns(taken) : 1, fill);
        }
        text.remove_prefix(taken.size());
    }
}

}  // namespace

void printExcerpt(std::ostream& out, const SourcePosition& position, const std::string& line) {
    const auto number = std::to_string(position.line);
    const auto margin = std::string(std::max<std::size_t>(number.size(), 4), ' ');
    const auto offset = std::min(position.column == 0 ? 0 : position.column - 1, line.size());
    const auto part = clip(line, offset, position.length);

    Shown shown;
    if (part.cutFront) shown = {std::string(kCut), std::string(kCut.size(), ' ')};
    show(part.before, ' ', shown);
    const auto caret = shown.padding.size();
    show(part.marked, '~', shown);
    if (shown.padding.size() == caret) shown.padding += '^';
    shown.padding[caret] = '^';
    const auto marks = shown.padding;
    show(part.after, ' ', shown);
    if (part.cutBack) shown.text += kCut;

    out << margin.substr(number.size()) << number << " | " << shown.text << '\n';
    if (position.column != 0) out << margin << " | " << marks << '\n';
}

}  // namespace berth::host
