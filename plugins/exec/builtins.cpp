// plugins/exec/builtins.cpp
#include "exec/builtins.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "exec/one_line.h"
#include "exec/runner.h"

namespace berth::exec {
namespace {

BuiltinReply changeDirectory(const BuiltinCall& call) {
    const std::string_view path = call.words.size() > 1 ? std::string_view(call.words[1]) : "/";
    return {{}, call.runner.go(call.directory, path), false};
}

BuiltinReply leave(const BuiltinCall&) {
    return {{}, std::nullopt, true};
}

BuiltinReply printDirectory(const BuiltinCall& call) {
    if (auto error = call.directory.renew()) return {{}, std::move(error), false};
    auto place = call.directory.shown();
    if (auto* error = std::get_if<RequestError>(&place)) return {{}, std::move(*error), false};
    return {oneLine(std::get<std::string>(place)) + '\n', std::nullopt, false};
}

BuiltinReply help(const BuiltinCall& call);

constexpr std::array kBuiltins{
    Builtin{"cd", "[path]", "goes to a directory; without a path, to /", 1, true, changeDirectory},
    Builtin{"exit", "", "ends the connection", 0, false, leave},
    Builtin{"help", "", "lists the commands", 0, false, help},
    Builtin{"pwd", "", "tells the working directory", 0, true, printDirectory},
};

std::string withUsage(std::string_view name, std::string_view usage) {
    std::string line(name);
    if (!usage.empty()) line.append(" ").append(usage);
    return line;
}

BuiltinReply help(const BuiltinCall& call) {
    std::vector<std::pair<std::string, std::string_view>> rows;
    for (const auto& builtin : kBuiltins) {
        rows.emplace_back(withUsage(builtin.name, builtin.usage), builtin.help);
    }
    std::size_t width = 0;
    for (const auto& row : rows) width = std::max(width, row.first.size() + 2);
    BuiltinReply reply;
    for (const auto& [usage, text] : rows) {
        reply.output += usage + std::string(width - usage.size(), ' ');
        reply.output.append(text).append("\n");
    }
    for (const auto& [name, command] : call.runner.settings().commands) {
        reply.output += withUsage(name, command.usage()) + '\n';
    }
    return reply;
}

}  // namespace

const Builtin* findBuiltin(std::string_view name) noexcept {
    const auto* found = std::ranges::find(kBuiltins, name, &Builtin::name);
    return found == kBuiltins.end() ? nullptr : found;
}

std::vector<std::string> commandNames(const Settings& settings) {
    std::vector<std::string> names;
    for (const auto& builtin : kBuiltins) names.emplace_back(builtin.name);
    for (const auto& [name, command] : settings.commands) names.push_back(name);
    return names;
}

}  // namespace berth::exec
