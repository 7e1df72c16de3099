// plugins/exec/environment.cpp
#include "exec/environment.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>

namespace berth {
namespace {

bool isNameCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool isName(std::string_view text) {
    return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
           std::ranges::all_of(text, isNameCharacter);
}

}  // namespace

exec::EnvironmentVariable ValueCodec<exec::EnvironmentVariable>::parse(ValueSource source) {
    const auto equals = source.text.find('=');
    const auto name = source.text.substr(0, equals);
    if (!isName(name)) {
        throw ValueError("is no variable: write NAME=VALUE, or NAME to pass the host's value on", 0,
                         std::max<std::size_t>(1, name.size()));
    }
    exec::EnvironmentVariable variable{std::string(name), std::nullopt};
    if (equals != std::string_view::npos) variable.value = source.text.substr(equals + 1);
    return variable;
}

std::string ValueCodec<exec::EnvironmentVariable>::format(const exec::EnvironmentVariable& value) {
    return value.value ? value.name + '=' + *value.value : value.name;
}

}  // namespace berth

namespace berth::exec {

std::vector<EnvironmentVariable> defaultEnvironment() {
    return {{"PATH", "/usr/bin:/bin"}, {"LANG", "C.UTF-8"}};
}

std::vector<std::string> environmentLines(const std::vector<EnvironmentVariable>& variables) {
    std::vector<std::string> lines;
    for (const auto& variable : variables) {
        if (variable.value) {
            lines.push_back(variable.name + '=' + *variable.value);
        } else if (const char* inherited = std::getenv(variable.name.c_str())) {
            lines.push_back(variable.name + '=' + inherited);
        }
    }
    return lines;
}

}  // namespace berth::exec
