// cli/plugin/plugin_command.cpp
#include "cli/plugin/plugin_command.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "berth/words.h"
#include "cli/app/failure.h"
#include "cli/app/json_text.h"
#include "cli/plugin/check_report.h"
#include "cli/plugin/describe_report.h"
#include "cli/plugin/kind_json.h"
#include "cli/plugin/new_action.h"
#include "cli/plugin/plugin_check.h"
#include "cli/plugin/test_action.h"

namespace berth::cli {
namespace {

constexpr auto kPluginDetails =
    "check FILE.so...       tells whether a host would load the files: reads each, then opens it\n"
    "                       in a process of its own. Ends with 1 when one is refused.\n"
    "describe FILE.so [KIND]  prints the settings of each kind of service, or of one.\n"
    "new NAME               writes a project that builds a plugin outside of this tree, with a "
    "test.\n"
    "test FILE.so           runs its life cycle a thousand times, and clients of every kind on "
    "both\n"
    "                       engines, and looks for what it leaves behind. Ends with 1 when a step\n"
    "                       fails.\n";

int check(const Invocation& call, std::span<const std::string> files) {
    if (files.empty()) {
        throw Failure(ExitCode::Usage, "plugin check: give the plugin's file, such as echo.so");
    }
    const auto opening = call.arguments.has("no-load") ? Opening::Skip : Opening::Try;
    bool accepted = true;
    for (const auto& file : files) {
        const auto result = checkPlugin(file, opening);
        accepted = accepted && result.accepted();
        if (call.arguments.has("json")) {
            call.console.printLine(checkJson(result));
        } else {
            call.console.write(checkText(call.console, result));
        }
    }
    return toInt(accepted ? ExitCode::Ok : ExitCode::Refused);
}

std::vector<KindDescription> kindsOf(const std::string& file) {
    auto result = checkPlugin(file, Opening::Try);
    const auto problems = result.problems();
    if (!problems.empty()) {
        throw Failure(ExitCode::Refused,
                      file + ": " + problems.front() + "; berth plugin check tells more");
    }
    return std::move(result.probe.kinds);
}

void keepOnly(std::vector<KindDescription>& kinds, const std::string& wanted,
              const std::string& file) {
    std::vector<std::string> names;
    for (const auto& kind : kinds) names.push_back(kind.name);
    std::erase_if(kinds, [&](const KindDescription& kind) { return kind.name != wanted; });
    if (!kinds.empty()) return;
    const auto near = closestWord(wanted, names);
    throw Failure(ExitCode::Usage, file + ": offers no kind \"" + wanted + "\"" +
                                       (near ? "; did you mean \"" + *near + "\"?" : ""));
}

int describe(const Invocation& call, std::span<const std::string> operands) {
    if (operands.empty() || operands.size() > 2) {
        throw Failure(ExitCode::Usage, "plugin describe: give one plugin file and perhaps a kind");
    }
    auto kinds = kindsOf(operands[0]);
    if (operands.size() == 2) keepOnly(kinds, operands[1], operands[0]);
    if (call.arguments.has("json")) {
        Poco::JSON::Array::Ptr array = new Poco::JSON::Array;
        for (const auto& kind : kinds) array->add(kindJson(kind));
        Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
        object.set("file", operands[0]);
        object.set("kinds", array);
        call.console.printLine(jsonLine(object));
        return 0;
    }
    const bool markdown = call.arguments.has("markdown");
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const auto text =
            markdown ? describeMarkdown(kinds[i]) : describeText(call.console, kinds[i]);
        call.console.write((i > 0 ? "\n" : "") + text);
    }
    return 0;
}

int run(const Invocation& call) {
    const std::span<const std::string> operands = call.arguments.operands();
    const std::string action = operands.empty() ? "" : operands.front();
    if (action == "check") return check(call, operands.subspan(1));
    if (action == "describe") return describe(call, operands.subspan(1));
    if (action == "new") return newAction(call, operands.subspan(1));
    if (action == "test") return testAction(call, operands.subspan(1));
    const auto near = closestWord(action, {"check", "describe", "new", "test"});
    throw Failure(ExitCode::Usage,
                  near ? "plugin: there is no \"" + action + "\"; did you mean \"" + *near + "\"?"
                       : "plugin: say check, describe, new or test; see berth help plugin");
}

}  // namespace

Command pluginCommand() {
    std::vector<Option> options{
        {"json", "j", "", "Print JSON: one object for each file."},
        {"markdown", "m", "", "describe: Print the settings as a Markdown table."},
        {"no-load", "", "", "check: Only read the file; run nothing of it."},
        {"directory", "d", "FOLDER", "new: Where the project's folder is made."},
        {"template", "", "TEMPLATE", "new: bytes or lines, which is the default."}};
    const auto more = testOptions();
    options.insert(options.end(), more.begin(), more.end());
    return {.name = "plugin",
            .usage = "check|describe|new|test FILE.so|NAME",
            .summary = "Begins a plugin, checks and tests one, or lists its settings",
            .details = kPluginDetails,
            .group = Command::Group::Plugin,
            .options = std::move(options),
            .run = run};
}

}  // namespace berth::cli
