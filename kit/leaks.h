// kit/leaks.h - what a plugin leaves behind each time, told from what it keeps for good.
#pragma once

#include <cstddef>
#include <string_view>

#include "kit/process_state.h"
#include "kit/reporter.h"

namespace berth::kit {

// Watches memory and descriptors while something is done again and again. What comes with the
// first times (caches, pools) is no leak; what grows in the later half is.
class Growth {
public:
    // `times` it will be done; `each` names it, such as `connection`.
    Growth(std::size_t times, std::string_view each);

    // Call it after each time.
    void count();
    void reportMemory(Reporter& reporter) const;
    void reportDescriptors(Reporter& reporter) const;

private:
    const std::size_t half_;
    const std::string_view each_;
    std::size_t done_ = 0;
    std::size_t memoryAtHalf_ = 0;
    DescriptorList descriptorsAtHalf_;
};

// Reports descriptors that were open before and are not any more.
void reportClosed(Reporter& reporter, const DescriptorList& before);

}  // namespace berth::kit
