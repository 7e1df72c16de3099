// host/control/views/columns.cpp
#include "host/control/views/columns.h"

#include <algorithm>

#include "berth/detail/require.h"
#include "host/base/utf8.h"
#include "host/control/protocol/text.h"

namespace berth::host::control {
namespace {

constexpr std::string_view kGap = "  ";

// In columns of a terminal. Requires: text as printable() makes it.
std::size_t width(std::string_view text) {
    BERTH_REQUIRE(printable(text) == text);
    std::size_t columns = 0;
    while (!text.empty()) {
        const auto length = std::max<std::size_t>(utf8Length(text), 1);
        columns += utf8Columns(text.substr(0, length));
        text.remove_prefix(std::min(length, text.size()));
    }
    return columns;
}

std::vector<std::size_t> widths(const std::vector<Row>& rows) {
    std::vector<std::size_t> result;
    for (const auto& row : rows) {
        result.resize(std::max(result.size(), row.size()), 0);
        for (std::size_t i = 0; i < row.size(); ++i) result[i] = std::max(result[i], width(row[i]));
    }
    return result;
}

std::string alignRow(const Row& row, const std::vector<std::size_t>& widths,
                     std::initializer_list<std::size_t> rightAligned) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string padding(widths[i] - width(row[i]), ' ');
        const bool right = std::ranges::count(rightAligned, i) != 0;
        if (i != 0) line += kGap;
        line += right ? padding + row[i] : row[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

}  // namespace

std::vector<std::string> alignColumns(const std::vector<Row>& rows,
                                      std::initializer_list<std::size_t> rightAligned) {
    const auto columnWidths = widths(rows);
    std::vector<std::string> lines;
    lines.reserve(rows.size());
    for (const auto& row : rows) lines.push_back(alignRow(row, columnWidths, rightAligned));
    return lines;
}

std::string cell(std::string_view text) {
    return text.empty() ? "-" : printable(text);
}

std::string cell(const std::vector<std::string>& items) {
    std::string text;
    for (const auto& item : items) {
        if (!text.empty()) text += ',';
        text += item;
    }
    return cell(text);
}

}  // namespace berth::host::control
