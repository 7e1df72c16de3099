// host/control/views/columns.h - rows of words as lines with aligned columns.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace berth::host::control {

using Row = std::vector<std::string>;

// Columns are two blanks apart and as wide as their widest cell, counted in columns of a terminal.
// Cells named in `rightAligned` (from 0) are filled from the left. No line ends in a blank.
[[nodiscard]] std::vector<std::string> alignColumns(
    const std::vector<Row>& rows, std::initializer_list<std::size_t> rightAligned = {});

// A cell that must not be empty and must not be taken for two: empty text becomes "-".
[[nodiscard]] std::string cell(std::string_view text);
// "a,b,c", or "-".
[[nodiscard]] std::string cell(const std::vector<std::string>& items);

}  // namespace berth::host::control
