// kit/leaks.cpp
#include "kit/leaks.h"

#include <string>

namespace berth::kit {
namespace {

// Allocators round and keep lists of their own: less than this each time is no leak.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kNoise = 512;  // bytes each time; the sanitizers' own are among them
#else
constexpr std::size_t kNoise = 64;
#endif
constexpr std::size_t kLeast = 4096;  // bytes in all

}  // namespace

Growth::Growth(std::size_t times, std::string_view each)
    : half_(times > 1 ? times / 2 : 1), each_(each) {}

void Growth::count() {
    if (++done_ != half_) return;
    descriptorsAtHalf_ = descriptorsNow();
    memoryAtHalf_ = memoryNow();
}

void Growth::reportMemory(Reporter& reporter) const {
    if (done_ <= half_) return reporter.note("too few times to judge");
    const auto now = memoryNow();
    const auto times = done_ - half_;
    const auto grown = now > memoryAtHalf_ ? now - memoryAtHalf_ : 0;
    if (grown < kLeast || grown / times < kNoise) return;
    reporter.finding("leak-memory", std::to_string(grown / times) + " bytes for each " +
                                        std::string(each_) +
                                        " are never freed: valgrind or -fsanitize=address with "
                                        "the plugin's own test tells which");
}

void Growth::reportDescriptors(Reporter& reporter) const {
    if (done_ <= half_) return reporter.note("too few times to judge");
    const auto left = newOnes(descriptorsAtHalf_, descriptorsNow());
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
