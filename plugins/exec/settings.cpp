// plugins/exec/settings.cpp
#include "exec/settings.h"

#include <system_error>

#include "exec/builtins.h"
#include "exec/identity.h"

namespace berth::exec {
void Settings::describe(Schema<Settings>& schema) {
    schema
        .field("directory", &Settings::directory,
               "Where commands start; clients see it as / and cannot leave it.")
        .required();
    schema.choice("framing", &Settings::framing,
                  {{"frames", Framing::Frames}, {"raw", Framing::Raw}},
                  "How output, errors and the exit status are told apart.");
    describeCommands(schema);
}

void Settings::validate(SettingIssues& issues) const {
    std::error_code error;
    const auto status = std::filesystem::status(directory, error);
    if (!std::filesystem::exists(status) && error) {
        issues.at("directory", directory.string() + ": " + error.message());
    } else if (!std::filesystem::is_directory(status)) {
        issues.at("directory", directory.string() + " is not a directory");
    }
    for (const auto& [name, command] : commands) {
        if (findBuiltin(name) != nullptr) {
            issues.at("command." + name, "\"" + name + "\" is built in; choose another name");
        }
    }
    if (runAs.empty()) return;
    const auto identity = findIdentity(runAs);
    if (const auto* problem = std::get_if<std::string>(&identity)) issues.at("run_as", *problem);
}

}  // namespace berth::exec
