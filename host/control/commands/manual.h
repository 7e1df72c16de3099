// host/control/commands/manual.h - what is made from the table of commands besides the port itself.
#pragma once

#include <Poco/JSON/Array.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/control/commands/command.h"
#include "host/operate/operations.h"

namespace berth::host::control {

// A line for each verb: its usage and what it does, aligned.
[[nodiscard]] std::vector<std::string> helpLines();
// The same for programs: name, usage, help, needs_login, audited.
[[nodiscard]] Poco::JSON::Array::Ptr helpData();
// The rows of docs/control-protocol.md, header included.
[[nodiscard]] std::string verbTableMarkdown();
// The manual page berth-control(7), in man(7) macros: docs/man/berth-control.7.
[[nodiscard]] std::string manualPage();

// The words that may follow `words`, the last of which is begun and may be empty: verbs, literals
// of the usage, and the names of services and plugins where the usage asks for one.
[[nodiscard]] std::vector<std::string> completions(std::span<const std::string> words,
                                                   const Inventory& host);

}  // namespace berth::host::control
