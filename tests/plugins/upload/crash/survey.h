// tests/plugins/upload/crash/survey.h - all states that crashes of one form may leave, each judged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "crash_states.h"
#include "forms.h"
#include "state_check.h"

namespace berth::test {

// A state is a folder and what clients had been told when it was left.
struct StateCounts {
    std::size_t killed = 0;   // the program alone
    std::size_t orderly = 0;  // power, and the disk keeps the order of changes to names and sizes
    std::size_t disorderly = 0;  // power, and it does not

    [[nodiscard]] std::size_t all() const noexcept { return killed + orderly + disorderly; }
    StateCounts& operator+=(const StateCounts& other) noexcept;
};

class Survey {
public:
    // Plays the form.
    // Throws: std::runtime_error when its recording is not complete.
    explicit Survey(const Form& form);

    // Prints the first state that is wrong of each kind, and what led to it. With a sanitizer a
    // part of them is judged.
    void judgeAll();
    // Different folders that a loss of power leaves, without judging them.
    [[nodiscard]] std::vector<FolderImage> folders();

    [[nodiscard]] const StateCounts& counts() const noexcept { return counts_; }
    // How many states are wrong, by what is wrong with them.
    [[nodiscard]] const std::map<std::string, std::size_t>& wrong() const noexcept {
        return wrong_;
    }
    [[nodiscard]] std::size_t events() const noexcept { return scene_.history().now(); }

private:
    struct Moment {
        std::size_t time;
        std::size_t promises;  // the index in the timeline
    };

    void judgeMoment(const Moment& moment, CrashStates& states);
    void judge(const FolderImage& image, Crash crash, const Moment& moment, std::size_t& count);
    template <class Work>
    void attempt(const FolderImage& image, Crash crash, const Moment& moment, const Work& work);

    const Form& form_;
    Scene scene_;
    TemporaryFolder folder_;
    std::set<std::tuple<std::uint64_t, std::size_t, Crash>> known_;
    StateCounts counts_;
    std::map<std::string, std::size_t> wrong_;
    std::size_t attempts_ = 0;
};

}  // namespace berth::test
