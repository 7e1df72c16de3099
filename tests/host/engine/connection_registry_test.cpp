// tests/host/engine/connection_registry_test.cpp - finding, cutting and outwaiting connections.
#include "host/engine/connection_registry.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <future>
#include <memory>

#include "support/check.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::ConnectionRecord;
using host::ConnectionRegistry;
using host::CutReason;
using Clock = std::chrono::steady_clock;

class ConnectionRegistryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectionRegistryTest);
    CPPUNIT_TEST(findsById);
    CPPUNIT_TEST(listsInTheOrderOfIds);
    CPPUNIT_TEST(cutsOnlyTheChosen);
    CPPUNIT_TEST(keepsTheBytesOfThoseThatEnded);
    CPPUNIT_TEST(waitsForTheChosenOnly);
    CPPUNIT_TEST_SUITE_END();

public:
    void findsById() {
        const auto record = add(4);
        CHECK(registry_.find(4) == record);
        CPPUNIT_ASSERT(!registry_.find(5));
        registry_.remove(*record);
        CPPUNIT_ASSERT(!registry_.find(4));
    }

    void listsInTheOrderOfIds() {
        for (const std::uint64_t id : {90, 3, 17, 1}) add(id);
        std::uint64_t last = 0;
        for (const auto& record : registry_.all()) {
            CHECK(record->facts().id > last);
            last = record->facts().id;
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, registry_.all().size());
    }

    void cutsOnlyTheChosen() {
        const auto one = add(1);
        const auto two = add(2);
        const auto cut = registry_.cutIf(CutReason::Drained, [](const ConnectionRecord& record) {
            return record.facts().id == 2;
        });
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, cut.size());
        CHECK(one->cutReason() == CutReason::None);
        CHECK(two->cutReason() == CutReason::Drained);
    }

    void keepsTheBytesOfThoseThatEnded() {
        const auto ended = add(1);
        const auto open = add(2);
        ended->addIn(10);
        ended->addOut(20);
        open->addIn(3);
        registry_.remove(*ended);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{13}, registry_.bytes().in);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{20}, registry_.bytes().out);
    }

    void waitsForTheChosenOnly() {
        const auto old = add(1);
        add(2);
        const auto isOld = [](const ConnectionRecord& record) { return record.facts().id == 1; };
        CPPUNIT_ASSERT(!registry_.waitNone(Clock::now() + std::chrono::milliseconds(5), isOld));
        auto gone = std::async(std::launch::async,
                               [&] { return registry_.waitNone(Clock::now() + kPatience, isOld); });
        registry_.remove(*old);
        CPPUNIT_ASSERT(gone.get());
    }

private:
    ConnectionRegistry::RecordPtr add(std::uint64_t id) {
        ConnectionRecord::Facts facts;
        facts.id = id;
        const auto record = std::make_shared<ConnectionRecord>(facts, Poco::Net::StreamSocket());
        registry_.add(record);
        return record;
    }

    ConnectionRegistry registry_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionRegistryTest);

}  // namespace
}  // namespace berth::test
