// tests/host/service/deadlines_test.cpp - connections whose time is over are cut, in order.
#include "host/service/deadlines.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <memory>
#include <vector>

#include "support/check.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::ConnectionRecord;
using host::CutReason;
using host::Deadlines;
using std::chrono::milliseconds;

std::shared_ptr<ConnectionRecord> newRecord() {
    return std::make_shared<ConnectionRecord>(ConnectionRecord::Facts{}, Poco::Net::StreamSocket());
}

bool cut(const std::shared_ptr<ConnectionRecord>& record) {
    return record->cutReason() == CutReason::Lifetime;
}

class DeadlinesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DeadlinesTest);
    CPPUNIT_TEST(cutsWhenTheTimeHasCome);
    CPPUNIT_TEST(hearsOfAnEarlierDeadlineWhileItWaits);
    CPPUNIT_TEST(forgetsConnectionsThatAreGone);
    CPPUNIT_TEST(cutsEveryOneOfTheSameMoment);
    CPPUNIT_TEST(endsAtOnceWithDeadlinesLeft);
    CPPUNIT_TEST_SUITE_END();

public:
    void cutsWhenTheTimeHasCome() {
        Deadlines deadlines;
        const auto record = newRecord();
        const auto when = Deadlines::Clock::now() + milliseconds(30);
        deadlines.add(when, record);
        CPPUNIT_ASSERT(waitUntil([&] { return cut(record); }));
        CHECK(Deadlines::Clock::now() >= when);
    }

    void hearsOfAnEarlierDeadlineWhileItWaits() {
        Deadlines deadlines;
        const auto late = newRecord();
        const auto early = newRecord();
        deadlines.add(Deadlines::Clock::now() + std::chrono::hours(1), late);
        deadlines.add(Deadlines::Clock::now() + milliseconds(10), early);
        CPPUNIT_ASSERT(waitUntil([&] { return cut(early); }));
        CPPUNIT_ASSERT(!cut(late));
    }

    void forgetsConnectionsThatAreGone() {
        Deadlines deadlines;
        deadlines.add(Deadlines::Clock::now(), newRecord());
        const auto next = newRecord();
        deadlines.add(Deadlines::Clock::now() + milliseconds(5), next);
        CPPUNIT_ASSERT(waitUntil([&] { return cut(next); }));
    }

    void cutsEveryOneOfTheSameMoment() {
        Deadlines deadlines;
        const auto when = Deadlines::Clock::now() + milliseconds(10);
        std::vector<std::shared_ptr<ConnectionRecord>> records;
        for (int i = 0; i < 100; ++i) {
            records.push_back(newRecord());
            deadlines.add(when, records.back());
        }
        for (const auto& record : records) {
            CPPUNIT_ASSERT(waitUntil([&] { return cut(record); }));
        }
    }

    void endsAtOnceWithDeadlinesLeft() {
        const auto record = newRecord();
        const auto begun = Deadlines::Clock::now();
        {
            Deadlines deadlines;
            deadlines.add(begun + std::chrono::hours(1), record);
        }
        CHECK(Deadlines::Clock::now() - begun < std::chrono::minutes(10));
        CPPUNIT_ASSERT(!cut(record));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeadlinesTest);

}  // namespace
}  // namespace berth::test
