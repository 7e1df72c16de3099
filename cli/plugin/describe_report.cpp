// cli/plugin/describe_report.cpp
#include "cli/plugin/describe_report.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/app/terminal_text.h"
#include "cli/app/utf8.h"

namespace berth::cli {
namespace {

using Row = std::array<std::string, 4>;  // key, type, default, range

std::string defaultOf(const FieldDescription& field) {
    if (field.required) return "required";
    return field.defaultText.empty() ? "-" : field.defaultText;
}

Row rowOf(const FieldDescription& field) {
    return {visibleLine(field.key), visibleLine(field.type), visibleLine(defaultOf(field)),
            field.range.empty() ? "-" : visibleLine(field.range)};
}

std::array<std::size_t, 4> widthsOf(const std::vector<Row>& rows) {
    std::array<std::size_t, 4> widths{};
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], displayWidth(row[i]));
        }
    }
    return widths;
}

std::string_view engineOf(const KindDescription& kind) {
    return kind.threadsOnly ? "runs on the threads engine only" : "runs on every engine";
}

// A cell of a Markdown table.
std::string cell(std::string_view text) {
    std::string result;
    for (const char value : visibleLine(text)) {
        if (value == '|') result += '\\';
        result += value;
    }
    return result;
}

std::string code(const std::string& text) {
    return text.empty() ? "" : "`" + cell(text) + "`";
}

}  // namespace

std::string describeText(const Console& console, const KindDescription& kind) {
    auto text = console.styled(Style::Bold, visibleLine(kind.name)) + ": " +
                std::string(engineOf(kind)) + "\n";
    if (kind.fields.empty()) return text + "  no settings of its own\n";
    std::vector<Row> rows{{"KEY", "TYPE", "DEFAULT", "RANGE"}};
    for (const auto& field : kind.fields) rows.push_back(rowOf(field));
    const auto widths = widthsOf(rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::string line;
        for (std::size_t column = 0; column < widths.size(); ++column) {
            line += "  " + padded(rows[i][column], widths[column]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += (i == 0 ? console.styled(Style::Dim, line) : line) + "\n";
        if (i > 0) text += "      " + visibleLine(kind.fields[i - 1].help) + "\n";
    }
    return text;
}

std::string describeMarkdown(const KindDescription& kind) {
    auto text = "### " + cell(kind.name) + "\n\n";
    if (kind.threadsOnly) text += "Runs on the threads engine only.\n\n";
    if (kind.fields.empty()) return text + "No settings of its own.\n";
    text += "| Key | Type | Default | Range | What it does |\n|---|---|---|---|---|\n";
    for (const auto& field : kind.fields) {
        const auto standard = field.required ? "required" : code(field.defaultText);
        text += "| " + code(field.key) + " | " + cell(field.type) + " | " + standard + " | " +
                cell(field.range) + " | " + cell(field.help) + " |\n";
    }
    return text;
}

}  // namespace berth::cli
