// host/config/hidden_value.h - lines of a file below an error, without what may be secret.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth::host {

// The line with each byte from `offset` on as `*`, but blanks: columns stay where they are.
[[nodiscard]] std::string hideFrom(std::string_view line, std::size_t offset);

// The line with all that follows its first `=` hidden: for errors that are not about the value.
[[nodiscard]] std::string hideValue(std::string_view line);

// A line of the section before its plugin has said which keys are secret: hides the value of each
// key but Berth's own.
[[nodiscard]] std::string hideForeignValue(std::string_view section, std::string_view line);

}  // namespace berth::host
