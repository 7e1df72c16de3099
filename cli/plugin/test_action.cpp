// cli/plugin/test_action.cpp
#include "cli/plugin/test_action.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <random>

#include "berth/inspect/plugin_file.h"
#include "berth/setting_types.h"
#include "berth/units.h"
#include "berth/words.h"
#include "cli/app/failure.h"
#include "cli/plugin/test_report.h"
#include "kit/interrupts.h"
#include "kit/plugin_test.h"

namespace berth::cli {
namespace {

constexpr std::uint64_t kMostCycles = 1'000'000;
constexpr int kSilences = 10;  // how many patiences without a word mean that the plugin hangs

[[noreturn]] void testFailure(const std::string& why) {
    throw Failure(ExitCode::Usage, "plugin test: " + why);
}

std::uint64_t number(const std::string& option, const std::string& text, std::uint64_t most) {
    std::uint64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end || value == 0 || value > most) {
        testFailure("--" + option + " \"" + text + "\" is no number from 1 to " +
                    std::to_string(most));
    }
    return value;
}

SettingValue setting(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
        testFailure("--set \"" + text + "\" is no setting; write --set KEY=VALUE");
    }
    return {.key = text.substr(0, equals),
            .text = text.substr(equals + 1),
            .directory = std::filesystem::current_path()};
}

std::string chooseKind(const std::string& file, const std::optional<std::string>& wanted) {
    const auto read = inspect::preflight(file);
    if (!read.file) return wanted.value_or("");
    const auto& kinds = read.file->kinds;
    if (!wanted && kinds.size() == 1) return kinds.front();
    auto kind = wanted.value_or(std::filesystem::path(file).stem().string());
    if (std::ranges::find(kinds, kind) != kinds.end()) return kind;
    std::string names;
    for (const auto& name : kinds) names += (names.empty() ? "" : ", ") + name;
    if (!wanted)
        testFailure(file + " offers several kinds: choose one of " + names + " with --kind");
    const auto near = closestWord(kind, kinds);
    testFailure(file + " offers no kind \"" + kind + "\", only: " + names +
                (near ? "; did you mean \"" + *near + "\"?" : ""));
}

void chooseEngines(kit::TestPlan& plan, const std::string& engine) {
    if (engine != "threads" && engine != "fibers" && engine != "both") {
        testFailure("--engine \"" + engine + "\" is none of threads, fibers, both");
    }
    plan.threads = engine != "fibers";
    plan.fibers = engine != "threads";
}

void choosePatience(kit::TestPlan& plan, const std::string& text) {
    const auto patience = parseDuration(text);
    if (!patience || patience->count() == 0) {
        testFailure("--patience \"" + text + "\" is no duration, such as 3s");
    }
    plan.patience = *patience;
    plan.loopLimit = *patience / 3;
    plan.silenceLimit = *patience * kSilences;
}

std::string request(const std::string& text) {
    try {
        return ValueCodec<EscapedText>::parse({.text = text, .directory = {}}).bytes;
    } catch (const ValueError& error) {
        testFailure("--send \"" + text + "\": " + error.what());
    }
}

kit::TestPlan planFor(const Arguments& arguments, const std::string& file) {
    kit::TestPlan plan;
    plan.file = std::filesystem::absolute(file);
    plan.kind = chooseKind(file, arguments.value("kind"));
    for (const auto& text : arguments.values("set")) plan.values.push_back(setting(text));
    if (const auto text = arguments.value("cycles")) {
        plan.cycles = number("cycles", *text, kMostCycles);
    }
    const auto seed = arguments.value("seed");
    plan.seed = seed ? number("seed", *seed, UINT32_MAX) : std::random_device()();
    chooseEngines(plan, arguments.value("engine").value_or("both"));
    if (const auto text = arguments.value("patience")) choosePatience(plan, *text);
    if (const auto text = arguments.value("send")) plan.request = request(*text);
    return plan;
}

kit::PluginTestReport testInText(const Console& console, const kit::TestPlan& plan) {
    StepPrinter printer(console, plan);
    const auto report =
        kit::testPlugin(plan, [&](const kit::StepResult& step) { printer.print(step); });
    console.printLine(verdictText(console, report));
    return report;
}

kit::PluginTestReport testInJson(const Console& console, const kit::TestPlan& plan) {
    const auto report = kit::testPlugin(plan);
    console.printLine(testJson(report));
    return report;
}

}  // namespace

std::vector<Option> testOptions() {
    return {{"set", "s", "KEY=VALUE", "test: A setting of the service.", true},
            {"kind", "", "KIND", "test: The kind of service, where the file offers several."},
            {"cycles", "", "COUNT", "test: How often the service is made and unloaded (1000)."},
            {"engine", "", "ENGINE", "test: threads, fibers or both, which is the default."},
            {"send", "", "TEXT", "test: What well-behaved clients send, with escapes (hello\\n)."},
            {"patience", "", "DURATION", "test: How long a handler may go on without client (3s)."},
            {"seed", "", "NUMBER", "test: Makes the garbage of an earlier test."}};
}

int testAction(const Invocation& call, std::span<const std::string> operands) {
    if (operands.size() != 1) testFailure("give one plugin file, such as build/echo.so");
    const auto& file = operands.front();
    std::error_code error;
    if (!std::filesystem::exists(file, error)) {
        throw Failure(ExitCode::NoInput, file + ": no such file");
    }
    const auto plan = planFor(call.arguments, file);
    try {
        const auto report = call.arguments.has("json") ? testInJson(call.console, plan)
                                                       : testInText(call.console, plan);
        return toInt(report.passed() ? ExitCode::Ok : ExitCode::Refused);
    } catch (const kit::Interrupted& interrupted) {
        call.console.complain("plugin test: " + file + ": stopped by SIG" +
                              ::sigabbrev_np(interrupted.signal()) + "; the rest is not tested");
        return kSignalBase + interrupted.signal();
    }
}

}  // namespace berth::cli
