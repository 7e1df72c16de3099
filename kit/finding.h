// kit/finding.h - what a test of a plugin brought to light.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace berth::kit {

// `id` is the name by which scripts and the documentation know this kind of mistake, such as
// `leak-threads`; `text` is one line: what happened, where, what to do.
struct Finding {
    std::string id;
    std::string text;
};

struct StepResult {
    enum class Outcome { Ok, Failed, NotRun };

    std::string suite;  // `plugin`, `threads`, `fibers`
    std::string name;
    Outcome outcome = Outcome::Ok;
    std::string note;  // what is worth knowing although nothing is wrong, or why it was not run
    std::vector<Finding> findings;
    std::chrono::milliseconds duration{0};
};

// Called for each step when it is over.
using StepObserver = std::function<void(const StepResult&)>;

}  // namespace berth::kit
