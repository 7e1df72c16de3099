// host/config/reference.cpp - prints schemas as Markdown.
#include "host/config/reference.h"

#include <array>
#include <stdexcept>

#include "host/config/host_options.h"
#include "host/config/service_options.h"

namespace berth::host {
namespace {

struct SectionHeading {
    std::string_view section;
    std::string_view heading;
};
constexpr std::array kHeadings{SectionHeading{"host", "[host]"},
                               SectionHeading{"control", "[control]"},
                               SectionHeading{"service", "[service:NAME], every kind"}};

std::string cell(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '|') result += '\\';
        result += c;
    }
    return result;
}

std::string code(std::string_view text) {
    return text.empty() ? std::string() : "`" + cell(text) + "`";
}

std::string row(const FieldDescription& field) {
    const auto range = field.range.empty() ? std::string() : ", " + cell(field.range);
    const auto standard = field.required ? std::string("required") : code(field.defaultText);
    return "| " + code(field.key) + " | " + cell(field.type) + range + " | " + standard + " | " +
           cell(field.help) + " |\n";
}

}  // namespace

std::string markdownTable(const std::vector<FieldDescription>& fields) {
    std::string table = "| key | value | default | meaning |\n|---|---|---|---|\n";
    for (const auto& field : fields) table += row(field);
    return table;
}

std::string sectionTable(std::string_view section) {
    if (section == "host") return markdownTable(Schema<HostOptions>().descriptions());
    if (section == "control") return markdownTable(Schema<ControlOptions>().descriptions());
    if (section == "service") return markdownTable(Schema<ServiceOptions>().descriptions());
    throw std::out_of_range("no table for the section " + std::string(section));
}

void printReference(std::ostream& out) {
    for (const auto& [section, heading] : kHeadings) {
        out << "## " << heading << "\n\n" << sectionTable(section) << '\n';
    }
}

}  // namespace berth::host
