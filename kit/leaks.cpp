// kit/leaks.cpp
#include "kit/leaks.h"

#include <algorithm>
#include <string>

#include "berth/detail/sanitizers.h"

namespace berth::kit {
namespace {

// Allocators round and keep lists of their own: less than this each time is no leak.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kNoise = 512;  // bytes each time; the sanitizers' own are among them
#else
constexpr std::size_t kNoise = 64;
#endif
constexpr std::size_t kLeast = 4096;  // bytes in all
constexpr std::size_t kLooks = 3;     // that must all find growth

}  // namespace

Growth::Growth(std::size_t times, std::string_view each)
    : each_(each), middle_(std::max<std::size_t>(times / 2, 1)), end_(times) {}

bool Growth::wantsMore() {
    if (++done_ == middle_) startJudging();
    if (done_ < end_) return true;
    if (looks_ == kLooks || bytesLeftEachTime() == 0) return false;
    ++looks_;
    middle_ = end_;
    end_ *= 2;
    startJudging();
    return true;
}

void Growth::startJudging() {
    descriptorsAtMiddle_ = descriptorsNow();
    memoryAtMiddle_ = memoryNow();
}

std::size_t Growth::bytesLeftEachTime() const {
    if (done_ <= middle_) return 0;
    const auto now = memoryNow();
    const auto grown = now > memoryAtMiddle_ ? now - memoryAtMiddle_ : 0;
    const auto each = grown / (done_ - middle_);
    return grown < kLeast || each < kNoise ? 0 : each;
}

bool Growth::endedEarly() const {
    return done_ <= middle_ || done_ - middle_ < (end_ - middle_ + 1) / 2;
}

void Growth::reportMemory(Reporter& reporter) const {
    if (endedEarly()) return reporter.note("too few times to judge");
    const auto left = bytesLeftEachTime();
    if (left == 0) return;
    reporter.finding("leak-memory", std::to_string(left) + " bytes for each " + std::string(each_) +
                                        " are never freed: valgrind or -fsanitize=address with "
                                        "the plugin's own test tells which");
}

void Growth::reportDescriptors(Reporter& reporter) const {
    if (done_ <= middle_) return reporter.note("too few times to judge");
    const auto left = newOnes(descriptorsAtMiddle_, descriptorsNow());
    if (left.empty()) return;
    reporter.finding("leak-descriptors", "each " + std::string(each_) +
                                             " leaves descriptors open, such as " + left +
                                             ": own them in objects that close them");
}

void reportClosed(Reporter& reporter, const DescriptorList& before) {
    const auto gone = newOnes(descriptorsNow(), before);
    if (gone.empty()) return;
    reporter.finding("closes-descriptor",
                     "closes descriptors that are not its own, such as " + gone +
                         ": close each one once, and none that was never opened");
}

}  // namespace berth::kit
