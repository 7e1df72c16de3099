// host/config/reference.h - the configuration reference, made from the schemas.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "berth/setting_value.h"

namespace berth::host {

// The keys as a Markdown table: key, value, default, meaning.
[[nodiscard]] std::string markdownTable(const std::vector<FieldDescription>& fields);

// The table of `section`: "host", "control" or "service", the keys that every service has.
// Throws: std::out_of_range for other names.
[[nodiscard]] std::string sectionTable(std::string_view section);

// The three tables with their headings.
void printReference(std::ostream& out);

}  // namespace berth::host
