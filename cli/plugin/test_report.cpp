// cli/plugin/test_report.cpp
#include "cli/plugin/test_report.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <string_view>

#include "berth/units.h"
#include "cli/app/json_text.h"
#include "cli/app/terminal_text.h"

namespace berth::cli {
namespace {

using Outcome = kit::StepResult::Outcome;
using Poco::JSON::Array;
using Poco::JSON::Object;

struct Verdict {
    std::string_view word;
    Style style;
};

Verdict verdictOf(Outcome outcome) {
    switch (outcome) {
        case Outcome::Failed:
            return {"failed", Style::Red};
        case Outcome::NotRun:
            return {"not run", Style::Dim};
        case Outcome::Ok:
            break;
    }
    return {"ok", Style::Green};
}

std::string leftAligned(std::string_view text, std::size_t width) {
    return std::string(text) + std::string(text.size() < width ? width - text.size() : 1, ' ');
}

std::string stepText(const Console& console, const kit::StepResult& step) {
    const auto verdict = verdictOf(step.outcome);
    auto line = "  " + console.styled(verdict.style, leftAligned(verdict.word, 9)) +
                leftAligned(step.suite, 9) +
                leftAligned(step.outcome == Outcome::NotRun ? step.name + ", ..." : step.name, 25);
    if (step.outcome != Outcome::NotRun) line += leftAligned(formatDuration(step.duration), 9);
    line += visibleLine(step.note);
    line.erase(line.find_last_not_of(' ') + 1);
    line += '\n';
    for (const auto& finding : step.findings) {
        line += "      " + console.styled(Style::Bold, finding.id) + ": " +
                visibleLine(finding.text) + "\n";
    }
    return line;
}

Object::Ptr stepJson(const kit::StepResult& step) {
    Array::Ptr findings = new Array;
    for (const auto& finding : step.findings) {
        Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        object->set("id", finding.id);
        object->set("text", finding.text);
        findings->add(object);
    }
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("suite", step.suite);
    object->set("step", step.name);
    object->set("outcome", std::string(verdictOf(step.outcome).word));
    object->set("ms", static_cast<std::int64_t>(step.duration.count()));
    object->set("note", step.note);
    object->set("findings", findings);
    return object;
}

}  // namespace

StepPrinter::StepPrinter(const Console& console, const kit::TestPlan& plan) : console_(console) {
    console_.printLine(visibleLine(plan.file.string()) + ": " +
                       (plan.kind.empty() ? "" : "kind " + visibleLine(plan.kind) + ", ") +
                       "seed " + std::to_string(plan.seed));
}

void StepPrinter::print(const kit::StepResult& step) {
    const bool skipped = step.outcome == Outcome::NotRun;
    if (skipped && skipped_ == step.suite) return;
    if (skipped) skipped_ = step.suite;
    console_.write(stepText(console_, step));
}

std::string verdictText(const Console& console, const kit::PluginTestReport& report) {
    const auto failed =
        std::ranges::count(report.steps, Outcome::Failed, &kit::StepResult::outcome);
    const auto verdict =
        failed == 0
            ? console.styled(Style::Green, "ok")
            : console.styled(Style::Red, std::to_string(failed) + " of " +
                                             std::to_string(report.steps.size()) + " steps failed");
    return visibleLine(report.plan.file.string()) + ": " + verdict;
}

std::string testJson(const kit::PluginTestReport& report) {
    Array::Ptr steps = new Array;
    for (const auto& step : report.steps) steps->add(stepJson(step));
    Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("file", report.plan.file.string());
    object.set("kind", report.plan.kind);
    object.set("seed", report.plan.seed);
    object.set("ok", report.passed());
    object.set("steps", steps);
    return jsonLine(object);
}

}  // namespace berth::cli
