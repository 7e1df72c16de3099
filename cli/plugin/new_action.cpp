// cli/plugin/new_action.cpp
#include "cli/plugin/new_action.h"

#include <filesystem>

#include "cli/app/failure.h"
#include "cli/app/terminal_text.h"
#include "cli/plugin/new_project.h"

namespace berth::cli {
namespace {

[[noreturn]] void newFailure(const std::string& why) {
    throw Failure(ExitCode::Usage, "plugin new: " + why);
}

ProjectTemplate chosenTemplate(const std::string& name) {
    if (name == "lines") return ProjectTemplate::Lines;
    if (name == "bytes") return ProjectTemplate::Bytes;
    newFailure("--template \"" + name + "\" is none of lines, bytes");
}

}  // namespace

int newAction(const Invocation& call, std::span<const std::string> operands) {
    if (operands.size() != 1) newFailure("give one name, such as shout");
    const auto& name = operands.front();
    if (const auto problem = problemWithName(name); !problem.empty()) {
        newFailure("\"" + name + "\" is no name: " + problem);
    }
    const auto kind = chosenTemplate(call.arguments.value("template").value_or("lines"));
    const auto folder =
        std::filesystem::path(call.arguments.value("directory").value_or("")) / name;
    const auto files = projectFiles(name, kind);
    writeProject(folder, files);
    for (const auto& [file, text] : files) {
        call.console.printLine(visibleLine((folder / file).string()));
    }
    return toInt(ExitCode::Ok);
}

}  // namespace berth::cli
