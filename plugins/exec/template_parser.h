// plugins/exec/template_parser.h - reads a command template; see command_template.h for its
// grammar.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "exec/command_template.h"
#include "exec/parameter.h"

namespace berth::exec {

struct ParsedTemplate {
    std::string program;
    std::size_t programEnd = 0;  // offset in the text
    std::vector<CommandTemplate::Word> words;
    std::vector<Parameter> parameters;
};

// Throws: ValueError whose offset points into `text`.
[[nodiscard]] ParsedTemplate parseTemplate(std::string_view text);

}  // namespace berth::exec
