// kit/suite.cpp
#include "kit/suite.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include "berth/units.h"
#include "kit/child_process.h"
#include "kit/test_failed.h"

namespace berth::kit {
namespace {

using Clock = std::chrono::steady_clock;
using Outcome = StepResult::Outcome;

// After so many lost processes the rest of a suite tells nothing new, and takes its time.
constexpr std::size_t kMostLost = 3;

// Runs a suite from one of its steps on, and keeps what the child tells.
class Attempt {
public:
    enum class End { Done, Lost, Skip };

    Attempt(const Suite& suite, const TestPlan& plan, std::vector<StepResult>& results,
            const StepObserver& observer)
        : suite_(suite), plan_(plan), results_(results), observer_(observer) {}

    // `next`: the step to go on with after End::Lost; the reason after End::Skip is why().
    End run(std::size_t& next) {
        ChildProcess child([&](int report) {
            Reporter reporter(report);
            runSteps(reporter, next);
            reporter.done();
        });
        step_ = next;
        begin_ = Clock::now();
        const auto end = listen(child);
        close();
        next = step_ + 1;
        return end;
    }

    [[nodiscard]] const std::string& why() const noexcept { return why_; }

private:
    void runSteps(Reporter& reporter, std::size_t from) const {
        try {
            suite_.run(reporter, from);
        } catch (const TestFailed& failed) {
            reporter.finding(failed.id(), failed.what());
            reporter.skipRest("there is no service to test");
        } catch (const std::exception& error) {
            reporter.finding("no-test", std::string("cannot be tested: ") + error.what());
            reporter.skipRest("the test cannot go on");
        }
    }

    End listen(ChildProcess& child) {
        std::string text;
        for (;;) {
            const auto piece = child.read(plan_.silenceLimit);
            if (!piece) {
                child.kill();
                return lose("hang", "still " + at_ + " after " +
                                        formatDuration(plan_.silenceLimit) +
                                        ": nothing may wait "
                                        "there without a limit");
            }
            if (piece->empty())
                return lose("crash", "the process " + child.end() + " while " + at_);
            text += *piece;
            for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
                const auto finished = take(text.substr(0, end));
                text.erase(0, end + 1);
                if (finished) return *finished;
            }
        }
    }

    std::optional<End> take(const std::string& line) {
        std::istringstream words(line);
        std::string verb, first, second;
        std::getline(words, verb, '\t');
        std::getline(words, first, '\t');
        std::getline(words, second, '\t');
        auto& step = results_[step_];
        if (verb == "step") begin(std::stoul(first));
        if (verb == "at") at_ = first;
        if (verb == "finding") step.findings.push_back({first, second});
        if (verb == "note") step.note += (step.note.empty() ? "" : "; ") + first;
        if (verb == "skip") {
            why_ = first;
            return End::Skip;
        }
        if (verb == "abandon") return End::Lost;
        if (verb == "done") return End::Done;
        return std::nullopt;
    }

    End lose(const std::string& id, const std::string& text) {
        results_[step_].findings.push_back({id, text});
        return End::Lost;
    }

    void begin(std::size_t index) {
        if (begun_) close();
        begun_ = true;
        step_ = std::min(index, results_.size() - 1);
        begin_ = Clock::now();
        at_ = "at the step " + suite_.steps[step_];
    }

    void close() {
        auto& step = results_[step_];
        step.outcome = step.findings.empty() ? Outcome::Ok : Outcome::Failed;
        step.duration =
            std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin_);
        observer_(step);
    }

    const Suite& suite_;
    const TestPlan& plan_;
    std::vector<StepResult>& results_;
    const StepObserver& observer_;
    std::size_t step_ = 0;
    bool begun_ = false;
    Clock::time_point begin_;
    std::string at_ = "starting";
    std::string why_;
};

void skip(std::vector<StepResult>& results, std::size_t from, const std::string& why,
          const StepObserver& observer) {
    for (auto i = from; i < results.size(); ++i) {
        results[i].outcome = Outcome::NotRun;
        results[i].note = why;
        observer(results[i]);
    }
}

}  // namespace

std::vector<StepResult> runApart(const Suite& suite, const TestPlan& plan,
                                 const StepObserver& observer) {
    std::vector<StepResult> results;
    for (const auto& step : suite.steps) {
        results.push_back({.suite = suite.name, .name = step, .note = {}, .findings = {}});
    }
    std::size_t next = 0;
    for (std::size_t lost = 0; next < results.size();) {
        Attempt attempt(suite, plan, results, observer);
        const auto end = attempt.run(next);
        if (end == Attempt::End::Done) return results;
        std::string why = end == Attempt::End::Skip ? attempt.why() : "";
        if (next == 1 && why.empty()) why = "the step before did not end";
        if (++lost == kMostLost && why.empty()) why = "too many processes were lost before";
        if (!why.empty()) {
            skip(results, next, why, observer);
            break;
        }
    }
    return results;
}

}  // namespace berth::kit
