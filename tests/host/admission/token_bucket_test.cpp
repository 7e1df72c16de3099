// tests/host/admission/token_bucket_test.cpp - a rate, on a clock that the test turns.
#include "host/admission/token_bucket.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>

#include "support/check.h"

namespace berth::test {
namespace {

using host::TokenBucket;
using std::chrono::milliseconds;
using std::chrono::seconds;

class TokenBucketTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenBucketTest);
    CPPUNIT_TEST(isUnlimitedWithoutARate);
    CPPUNIT_TEST(startsFullAndThenWaits);
    CPPUNIT_TEST(refillsEvenly);
    CPPUNIT_TEST(neverHoldsMoreThanItsSize);
    CPPUNIT_TEST(isReadyAfterTheTimeItTold);
    CPPUNIT_TEST(givesNoMoreThanTheRateOverALongTime);
    CPPUNIT_TEST(goesOnAsEmptyAsItIsWithAnotherRate);
    CPPUNIT_TEST_SUITE_END();

public:
    void isUnlimitedWithoutARate() {
        TokenBucket bucket;
        for (int i = 0; i < 10'000; ++i) CPPUNIT_ASSERT(takes(bucket));
    }

    void startsFullAndThenWaits() {
        TokenBucket bucket({3, seconds(1)}, now_);
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(takes(bucket));
        CPPUNIT_ASSERT(!takes(bucket));
    }

    void refillsEvenly() {
        TokenBucket bucket({10, seconds(1)}, now_);
        for (int i = 0; i < 10; ++i) CPPUNIT_ASSERT(takes(bucket));
        for (int i = 0; i < 5; ++i) {
            now_ += milliseconds(90);
            CPPUNIT_ASSERT(!takes(bucket));
            now_ += milliseconds(11);
            CPPUNIT_ASSERT(takes(bucket));
        }
    }

    void neverHoldsMoreThanItsSize() {
        TokenBucket bucket({2, seconds(1)}, now_);
        now_ += std::chrono::hours(24 * 365);
        CPPUNIT_ASSERT(takes(bucket));
        CPPUNIT_ASSERT(takes(bucket));
        CPPUNIT_ASSERT(!takes(bucket));
    }

    void isReadyAfterTheTimeItTold() {
        TokenBucket bucket({7, seconds(3)}, now_);
        for (int i = 0; i < 1000; ++i) {
            const auto pause = bucket.take(now_);
            now_ += pause;
            if (pause.count() > 0) CPPUNIT_ASSERT(takes(bucket));
        }
    }

    void givesNoMoreThanTheRateOverALongTime() {
        TokenBucket bucket({100, seconds(1)}, now_);
        int taken = 0;
        for (int i = 0; i < 60'000; ++i, now_ += milliseconds(1)) taken += takes(bucket) ? 1 : 0;
        CHECK(taken <= 6'100);
        CHECK(taken >= 6'050);
    }

    void goesOnAsEmptyAsItIsWithAnotherRate() {
        TokenBucket bucket({4, std::chrono::hours(1)}, now_);
        for (int i = 0; i < 4; ++i) CPPUNIT_ASSERT(takes(bucket));
        bucket.retune({4, std::chrono::hours(1)}, now_);
        CPPUNIT_ASSERT(!takes(bucket));
        bucket.retune({1000, std::chrono::hours(1)}, now_);
        CPPUNIT_ASSERT(!takes(bucket));
        now_ += std::chrono::minutes(30);
        bucket.retune({4, std::chrono::hours(1)}, now_);  // half of 1000 becomes half of 4
        CPPUNIT_ASSERT(takes(bucket));
        CPPUNIT_ASSERT(takes(bucket));
        CPPUNIT_ASSERT(!takes(bucket));
        bucket.retune({}, now_);
        CPPUNIT_ASSERT(takes(bucket));
    }

private:
    bool takes(TokenBucket& bucket) { return bucket.take(now_).count() == 0; }

    TokenBucket::Clock::time_point now_{std::chrono::hours(1)};
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenBucketTest);

}  // namespace
}  // namespace berth::test
