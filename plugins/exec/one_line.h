// plugins/exec/one_line.h - text of foreign origin, such as a folder's name, as part of a line.
#pragma once

#include <string>
#include <string_view>

namespace berth::exec {

// Each control character as \xHH; everything else as it is.
[[nodiscard]] std::string oneLine(std::string_view text);

// A client's word as it is quoted in an answer: a long one cut short.
[[nodiscard]] std::string shownWord(std::string_view word);

}  // namespace berth::exec
