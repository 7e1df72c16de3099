// kit/leaks.h - what a plugin leaves behind each time, told from what it keeps for good.
#pragma once

#include <cstddef>
#include <string_view>

#include "kit/process_state.h"
#include "kit/reporter.h"

namespace berth::kit {

// Watches memory and descriptors while something is done again and again. What comes with the
// first times (caches, pools) is no leak; what grows in the later half is. Memory that grew is
// looked at again over twice as many times: a pool that happened to grow does not do so each time.
class Growth {
public:
    // `times` it will be done at least; `each` names it, such as `connection`.
    Growth(std::size_t times, std::string_view each);

    // Call it after each time; false when enough is known.
    [[nodiscard]] bool wantsMore();
    [[nodiscard]] std::size_t times() const noexcept { return done_; }
    void reportMemory(Reporter& reporter) const;
    void reportDescriptors(Reporter& reporter) const;

private:
    // Bytes that each time since the middle left behind; zero when it is noise.
    [[nodiscard]] std::size_t bytesLeftEachTime() const;
    // Whether it was ended before half of the times that are judged.
    [[nodiscard]] bool endedEarly() const;
    void startJudging();

    const std::string_view each_;
    std::size_t middle_;
    std::size_t end_;
    std::size_t done_ = 0;
    std::size_t looks_ = 1;
    std::size_t memoryAtMiddle_ = 0;
    DescriptorList descriptorsAtMiddle_;
};

// Reports descriptors that were open before and are not any more.
void reportClosed(Reporter& reporter, const DescriptorList& before);

}  // namespace berth::kit
