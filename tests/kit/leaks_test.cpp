// tests/kit/leaks_test.cpp - what counts as a leak, and what does not.
#include <cppunit/extensions/HelperMacros.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/base/unique_fd.h"
#include "kit/leaks.h"
#include "kit/reporter.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::UniqueFd;

constexpr std::size_t kTimes = 20;
constexpr std::size_t kLarge = std::size_t{64} * 1024;

class LeaksTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LeaksTest);
    CPPUNIT_TEST(forgivesAPoolThatGrowsOnce);
    CPPUNIT_TEST(findsWhatGrowsEachTime);
    CPPUNIT_TEST(findsWhatGrowsNowAndThen);
    CPPUNIT_TEST_SUITE_END();

public:
    void forgivesAPoolThatGrowsOnce() {
        CPPUNIT_ASSERT_EQUAL(std::string(), told([](std::size_t time) { return time == kTimes; }));
    }
    void findsWhatGrowsEachTime() {
        finds([](std::size_t) { return true; });
    }
    // As an array does that doubles.
    void findsWhatGrowsNowAndThen() {
        finds([](std::size_t time) { return time == 16 || time == 32 || time == 64; });
    }

private:
    using Grows = std::function<bool(std::size_t time)>;

    static void finds(const Grows& grows) {
        const auto text = told(grows);
        CHECK(contains(text, "leak-memory"));
    }

    static std::string told(const Grows& grows) {
        std::array<int, 2> ends{};
        CPPUNIT_ASSERT_EQUAL(0, ::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK));
        const UniqueFd output(ends[0]);
        const UniqueFd input(ends[1]);
        kit::Reporter reporter(input.value());
        std::vector<std::unique_ptr<char[]>> kept;
        kept.reserve(8 * kTimes);
        kit::Growth growth(kTimes, "time");
        do {
            if (grows(growth.times() + 1)) kept.push_back(std::make_unique<char[]>(kLarge));
        } while (growth.wantsMore());
        growth.reportMemory(reporter);
        std::array<char, 1024> text{};
        const auto count = ::read(output.value(), text.data(), text.size());
        return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LeaksTest);

}  // namespace
}  // namespace berth::test
