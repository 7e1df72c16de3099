// tests/sdk/test_context_test.cpp - the in-memory Context, and Context::blocking().
#include "berth/testing/test_context.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/check.h"

namespace berth::test {
namespace {

using testing::TestContext;

class TestContextTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TestContextTest);
    CPPUNIT_TEST(keepsLogLines);
    CPPUNIT_TEST(givesTheSameCounterForAName);
    CPPUNIT_TEST(givesTheSameGaugeForAName);
    CPPUNIT_TEST(countsFromManyThreads);
    CPPUNIT_TEST(tellsWhenItDrains);
    CPPUNIT_TEST(blockingReturnsTheResult);
    CPPUNIT_TEST(blockingThrowsWhatTheWorkThrows);
    CPPUNIT_TEST_SUITE_END();

    TestContext context_{"shout"};

public:
    void keepsLogLines() {
        context_.log().debug("a");
        context_.log().information("b");
        context_.log().warning("c");
        context_.log().error("d");
        CHECK(context_.logLines() ==
              std::vector<std::string>{"debug: a", "information: b", "warning: c", "error: d"});
        CPPUNIT_ASSERT(context_.log().enabled(LogLevel::Debug));
        CPPUNIT_ASSERT_EQUAL(std::string("shout"), std::string(context_.serviceName()));
    }

    void givesTheSameCounterForAName() {
        auto& requests = context_.counter("requests", "Requests so far.");
        auto& errors = context_.counter("errors", "Errors so far.");
        requests.add();
        requests.add(2);
        CPPUNIT_ASSERT(&requests == &context_.counter("requests", ""));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, requests.value());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, errors.value());
    }

    void givesTheSameGaugeForAName() {
        context_.gauge("open", "Open files.").set(5);
        context_.gauge("open", "").add(-7);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-2}, context_.gauge("open", "").value());
    }

    void countsFromManyThreads() {
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 4; ++i) {
                threads.emplace_back([this] {
                    for (int n = 0; n < 1'000; ++n) context_.counter("n", "").add();
                    context_.log().debug("done");
                });
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{4'000}, context_.counter("n", "").value());
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, context_.logLines().size());
    }

    void tellsWhenItDrains() {
        CPPUNIT_ASSERT(!context_.draining());
        context_.setDraining(true);
        CPPUNIT_ASSERT(context_.draining());
    }

    void blockingReturnsTheResult() {
        CPPUNIT_ASSERT_EQUAL(42, context_.blocking([] { return 42; }));
        const auto moved = context_.blocking([] { return std::make_unique<int>(7); });
        CPPUNIT_ASSERT_EQUAL(7, *moved);
        bool ran = false;
        context_.blocking([&ran] { ran = true; });
        CPPUNIT_ASSERT(ran);
    }

    void blockingThrowsWhatTheWorkThrows() {
        CPPUNIT_ASSERT_THROW(context_.blocking([]() -> int { throw std::out_of_range("x"); }),
                             std::out_of_range);
        CPPUNIT_ASSERT_THROW(context_.blocking([] { throw std::out_of_range("x"); }),
                             std::out_of_range);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TestContextTest);

}  // namespace
}  // namespace berth::test
