// tests/kit/kit_plan.cpp
#include "kit/kit_plan.h"

#include <algorithm>

#include "berth/detail/sanitizers.h"

namespace berth::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kSlower = 3;
#else
constexpr int kSlower = 1;
#endif

}  // namespace

kit::TestPlan shortPlan(const std::filesystem::path& file,
                        const std::vector<std::pair<std::string, std::string>>& settings) {
    kit::TestPlan plan;
    plan.file = file;
    plan.kind = file.stem().string();
    for (const auto& [key, text] : settings) {
        plan.values.push_back({.key = key, .text = text, .directory = "/"});
    }
    plan.cycles = 40;
    plan.seed = 1;
    plan.patience = plan.loopLimit = std::chrono::seconds(5) * kSlower;
    plan.silenceLimit = std::chrono::seconds(30) * kSlower;
    return plan;
}

kit::TestPlan impatient(kit::TestPlan plan) {
    plan.patience = plan.loopLimit = std::chrono::milliseconds(700) * kSlower;
    plan.silenceLimit = std::chrono::seconds(4) * kSlower;
    return plan;
}

kit::TestPlan withPatience(kit::TestPlan plan, std::chrono::milliseconds patience) {
    const auto times = patience / plan.patience;
    plan.patience = patience;
    plan.loopLimit *= times;
    plan.silenceLimit *= times;
    return plan;
}

std::string findingsOf(const kit::PluginTestReport& report) {
    std::string text;
    for (const auto& step : report.steps) {
        for (const auto& finding : step.findings) {
            text += step.suite + ", " + step.name + ": " + finding.id + ": " + finding.text + "\n";
        }
    }
    return text;
}

std::size_t count(const kit::PluginTestReport& report, const std::string& id) {
    return static_cast<std::size_t>(std::ranges::count_if(report.steps, [&](const auto& step) {
        return std::ranges::any_of(step.findings,
                                   [&](const auto& finding) { return finding.id == id; });
    }));
}

}  // namespace berth::test
