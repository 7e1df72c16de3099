// tests/host/admission/rate_test.cpp - so many in so much time.
#include "host/admission/rate.h"

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>

namespace berth::test {
namespace {

using host::Rate;
using namespace std::chrono_literals;

class RateTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RateTest);
    CPPUNIT_TEST(readsRates);
    CPPUNIT_TEST(readsBackWhatItWrote);
    CPPUNIT_TEST(refusesWhatIsNoRate);
    CPPUNIT_TEST(saysHowToAddAPeriod);
    CPPUNIT_TEST_SUITE_END();

    static Rate parse(std::string_view text) {
        const std::filesystem::path directory;
        return ValueCodec<Rate>::parse({text, directory});
    }

    static void is(std::uint64_t events, std::chrono::milliseconds period, std::string_view text) {
        CPPUNIT_ASSERT_MESSAGE(std::string(text),
                               parse(text) == Rate({.events = events, .period = period}));
    }

public:
    void readsRates() {
        is(100, 1s, "100/s");
        is(20, 10s, "20 / 10s");
        is(1000, 1min, "1000/m");
        is(1, 1h, "1/h");
        is(5, 250ms, "5/250ms");
        is(7, 90min, "7/1h30m");
        is(0, 0ms, "0");
        is(0, 0ms, "0/s");
        CPPUNIT_ASSERT(parse("0").unlimited());
    }

    void readsBackWhatItWrote() {
        for (const auto* text : {"0", "100/s", "20/10s", "1000/m", "1/h", "5/250ms", "7/1h30m"}) {
            CPPUNIT_ASSERT_EQUAL(std::string(text), toString(parse(text)));
        }
    }

    void refusesWhatIsNoRate() {
        for (const auto* text :
             {"", "/", "/s", "x/s", "-1/s", "+1/s", "1.5/s", "10", "10/", "10/0s", "10/x", "10/s/s",
              "10/ ", "99999999999999999999/s", "10/-1s"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(text, parse(text), ValueError);
        }
    }

    void saysHowToAddAPeriod() {
        try {
            (void)parse("100");
            CPPUNIT_FAIL("100 was accepted");
        } catch (const ValueError& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("write \"100/s\" for so many a second"),
                                 error.suggestion());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RateTest);

}  // namespace
}  // namespace berth::test
