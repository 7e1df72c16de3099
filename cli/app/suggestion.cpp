// cli/app/suggestion.cpp
#include "cli/app/suggestion.h"

#include "berth/words.h"

namespace berth::cli {

std::optional<std::string> closestCommand(const std::string& typed,
                                          const std::vector<Command>& commands) {
    std::vector<std::string> names;
    for (const auto& command : commands) names.push_back(command.name);
    return closestWord(typed, names);
}

std::string unknownCommandText(const std::string& typed, const std::vector<Command>& commands) {
    const auto text = "unknown command \"" + typed + "\"; ";
    if (const auto near = closestCommand(typed, commands)) {
        return text + "did you mean \"" + *near + "\"?";
    }
    return text + "berth help lists the commands";
}

}  // namespace berth::cli
