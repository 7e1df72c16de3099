// cli/app/command.h - one row of the table of commands: `berth NAME ...`.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "cli/app/arguments.h"
#include "cli/app/console.h"

namespace berth::cli {

struct Command;

// What a command's function is given. Everything outlives the call.
struct Invocation {
    const Arguments& arguments;
    const Console& console;
    const std::vector<Command>& commands;  // the whole table, for help and completion
};

struct Command {
    enum class Group { Host, Service, Plugin, Tool };

    std::string name;
    std::string usage;    // the operands, such as `FILE... HOST:PORT`; ` | ` parts two forms
    std::string summary;  // one line without a full stop
    std::string details;  // whole lines for `berth help NAME`; may be empty
    Group group = Group::Tool;
    std::vector<Option> options;
    // After so many operands each word is an operand, even one that begins with a dash.
    std::size_t freeAfter = std::numeric_limits<std::size_t>::max();
    // Returns the exit status. Throws: Failure.
    std::function<int(const Invocation&)> run;
};

// The forms of a usage, at least one: "a | b" has two. They refer to `usage`.
[[nodiscard]] std::vector<std::string_view> formsOf(std::string_view usage);
[[nodiscard]] const Command* findCommand(const std::vector<Command>& commands,
                                         const std::string& name) noexcept;

}  // namespace berth::cli
