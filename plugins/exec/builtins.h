// plugins/exec/builtins.h - the commands that need no program: cd, exit, help, pwd.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exec/request_error.h"
#include "exec/settings.h"
#include "exec/working_directory.h"

namespace berth::exec {

class Runner;

struct BuiltinReply {
    std::string output;
    std::optional<RequestError> error;
    bool leave = false;  // the conversation is over
};

// What a built-in command may look at and change.
struct BuiltinCall {
    const std::vector<std::string>& words;  // the name first
    const Runner& runner;
    WorkingDirectory& directory;
};

// One row of the table from which requests are answered and `help` is made.
struct Builtin {
    std::string_view name;
    std::string_view usage;
    std::string_view help;
    std::size_t mostArguments;
    bool asksDisk;  // run() may block: call through Context::blocking()
    BuiltinReply (*run)(const BuiltinCall& call);
};

// The built-in command of that name, or null. Lives as long as the program.
[[nodiscard]] const Builtin* findBuiltin(std::string_view name) noexcept;

// The names of all commands of a service, built in or not.
[[nodiscard]] std::vector<std::string> commandNames(const Settings& settings);

}  // namespace berth::exec
