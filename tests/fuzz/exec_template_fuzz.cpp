// tests/fuzz/exec_template_fuzz.cpp - command templates, and requests for them: no argument becomes
// an option that its template does not have, and each is one word.
#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "berth/setting_value.h"
#include "berth/words.h"
#include "exec/command_template.h"
#include "fuzz/fuzz_target.h"

namespace berth::fuzz {
namespace {

bool isControl(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// The first line is the template, the second one the arguments.
void bind(const exec::CommandTemplate& command, std::string_view request) {
    const auto words = splitWords(request);
    const auto* values = std::get_if<std::vector<std::string>>(&words);
    if (values == nullptr) return;
    const auto bound = command.bind(*values, [](const std::string& path, exec::ParameterType) {
        return std::variant<std::string, exec::RequestError>(path);
    });
    const auto* arguments = std::get_if<exec::Arguments>(&bound);
    if (arguments == nullptr) return;
    require(!arguments->empty() && arguments->front() == command.program(), "the program is kept");
    for (const auto& argument : *arguments) {
        require(argument.find('\0') == std::string::npos, "an argument is whole");
    }
}

}  // namespace

void target(std::string_view input) {
    const auto end = input.find('\n');
    // Neither an ini line nor a request holds a control character.
    if (std::ranges::any_of(input.substr(0, end), isControl)) return;
    if (end != input.npos && std::ranges::any_of(input.substr(end + 1), isControl)) return;
    try {
        const exec::CommandTemplate command(input.substr(0, end));
        static_cast<void>(command.usage());
        if (end != std::string_view::npos) bind(command, input.substr(end + 1));
    } catch (const ValueError& error) {
        require(*error.what() != '\0', "an error says why");
    }
}

}  // namespace berth::fuzz
