// kit/plugin_test.cpp
#include "kit/plugin_test.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

#include "berth/inspect/plugin_file.h"
#include "kit/engine_suite.h"
#include "kit/interrupts.h"
#include "kit/life_suite.h"

namespace berth::kit {
namespace {

// Made and removed here, for a child that dies removes nothing.
class TemporaryFolder {
public:
    TemporaryFolder() {
        auto pattern = (std::filesystem::temp_directory_path() / "berth-kit-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw std::system_error(errno, std::generic_category(), "no folder " + pattern);
        }
        path_ = pattern;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

StepResult preflight(const TestPlan& plan) {
    const auto read = inspect::preflight(plan.file);
    StepResult step{.suite = "plugin", .name = "preflight", .note = {}, .findings = {}};
    for (const auto& warning : read.warnings)
        step.note += (step.note.empty() ? "" : "; ") + warning;
    for (const auto& problem : read.problems) step.findings.push_back({"preflight", problem});
    if (!read.accepted()) step.outcome = StepResult::Outcome::Failed;
    return step;
}

// False when there is no service that could have clients.
bool makesServices(const std::vector<StepResult>& steps) {
    return std::ranges::none_of(steps, [](const StepResult& step) {
        return std::ranges::any_of(step.findings, [](const Finding& finding) {
            return finding.id == "load" || finding.id == "settings" || finding.id == "create";
        });
    });
}

void append(std::vector<StepResult>& steps, std::vector<StepResult> more) {
    std::ranges::move(more, std::back_inserter(steps));
}

}  // namespace

bool PluginTestReport::passed() const noexcept {
    return std::ranges::none_of(
        steps, [](const auto& step) { return step.outcome == StepResult::Outcome::Failed; });
}

PluginTestReport testPlugin(const TestPlan& wanted, const StepObserver& observer) {
    PluginTestReport report{.plan = wanted, .steps = {}};
    const auto& plan = report.plan;
    report.steps.push_back(preflight(plan));
    observer(report.steps.back());
    if (!report.passed()) return report;
    const Interrupts held;  // until the folder is removed
    const TemporaryFolder staging;
    report.plan.staging = staging.path();
    const auto run = [&](const Suite& suite) {
        append(report.steps, runApart(suite, plan, observer));
    };
    run(lifeSuite(plan));
    if (!makesServices(report.steps)) return report;
    if (plan.threads) run(engineSuite(plan, EngineChoice::Threads));
    if (plan.fibers) run(engineSuite(plan, EngineChoice::Fibers));
    return report;
}

}  // namespace berth::kit
