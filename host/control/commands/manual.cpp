// host/control/commands/manual.cpp
#include "host/control/commands/manual.h"

#include "host/control/commands/command_table.h"
#include "host/control/views/columns.h"
#include "host/control/views/views.h"

namespace berth::host::control {
namespace {

constexpr std::string_view kManualHead = R"(.TH BERTH-CONTROL 7
.SH NAME
berth-control \- requests of the control port of berthd
.SH DESCRIPTION
The control port takes one request a line and answers each with
.B OK
or
.BR ERR ,
a code and a text, then the lines of the body, then a line of a single dot.
Words are quoted as in a shell.
With
.B json
before a request the answer is one JSON object on one line.
Over TCP the token comes first; over the Unix socket the peer's user decides.
.SH REQUESTS
)";

constexpr std::string_view kManualTail = R"(.SH SEE ALSO
.BR berth (1),
.BR berthd (8)
)";

// The text with `\` before each character that `special` names.
std::string escaped(std::string_view text, std::string_view special) {
    std::string result;
    for (const char c : text) {
        if (special.find(c) != std::string_view::npos) result += '\\';
        result += c;
    }
    return result;
}

}  // namespace

std::vector<std::string> helpLines() {
    std::vector<Row> rows;
    for (const auto& command : commandTable()) {
        rows.push_back({std::string(command.usage), std::string(command.help)});
    }
    return alignColumns(rows);
}

Poco::JSON::Array::Ptr helpData() {
    Poco::JSON::Array::Ptr array = new Poco::JSON::Array;
    for (const auto& command : commandTable()) {
        auto object = makeObject();
        object->set("name", std::string(command.name));
        object->set("usage", std::string(command.usage));
        object->set("help", std::string(command.help));
        object->set("needs_login", command.needsLogin);
        object->set("audited", command.audited != nullptr);
        array->add(object);
    }
    return array;
}

std::string verbTableMarkdown() {
    std::string text = "| request | what it does | before `auth` | audited |\n|---|---|---|---|\n";
    for (const auto& command : commandTable()) {
        text += "| `" + escaped(command.usage, "|") + "` | " + std::string(command.help) + " | " +
                (command.needsLogin ? "" : "yes") + " | " +
                (command.audited != nullptr ? "yes" : "") + " |\n";
    }
    return text;
}

std::string manualPage() {
    std::string text(kManualHead);
    for (const auto& command : commandTable()) {
        text +=
            ".TP\n.B " + escaped(command.usage, "\\-") + "\n" + escaped(command.help, "\\-") + "\n";
    }
    return text + std::string(kManualTail);
}

}  // namespace berth::host::control
