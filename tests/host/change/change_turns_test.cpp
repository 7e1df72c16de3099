// tests/host/change/change_turns_test.cpp - one change after the other, and none at the end.
#include "host/change/change_turns.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <optional>
#include <string>
#include <vector>

#include "support/check.h"

namespace berth::test {
namespace {

using host::ChangeError;
using host::ChangeTurns;
using Turn = ChangeTurns::Turn;

class ChangeTurnsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChangeTurnsTest);
    CPPUNIT_TEST(letsOneChangeWaitForTheOther);
    CPPUNIT_TEST(refusesAfterTheEnd);
    CPPUNIT_TEST(waitsForNobodyAfterTheEnd);
    CPPUNIT_TEST(refusesWhoWaitedWhenTheEndCame);
    CPPUNIT_TEST(tellsOfTheProcessThatTookOver);
    CPPUNIT_TEST(refusesNoTurnOfTheEndItself);
    CPPUNIT_TEST_SUITE_END();

public:
    void letsOneChangeWaitForTheOther() {
        std::vector<std::string> order;
        std::promise<void> begun;
        std::future<void> second;
        {
            const Turn first(turns_);
            CPPUNIT_ASSERT(!first.refused());
            second = std::async(std::launch::async, [&] {
                begun.set_value();
                const Turn turn(turns_);
                order.emplace_back(turn.refused() ? "refused" : "second");
            });
            begun.get_future().get();
            order.emplace_back("first");
        }
        second.get();
        CHECK(order == std::vector<std::string>{"first", "second"});
    }

    void refusesAfterTheEnd() {
        CPPUNIT_ASSERT(!turns_.ending() && !turns_.refusal());
        turns_.end();
        CPPUNIT_ASSERT(turns_.ending());
        const Turn turn(turns_);
        expectRefused("the host is shutting down", turn.refused());
        CPPUNIT_ASSERT(!turns_.handedOver());
    }

    // Unchecked: the analysis does not know that the second turn is refused.
    void waitsForNobodyAfterTheEnd() BERTH_UNCHECKED {
        const auto drain = turns_.take();
        turns_.end();
        const Turn turn(turns_);  // would wait for ever
        CPPUNIT_ASSERT(turn.refused());
    }

    void refusesWhoWaitedWhenTheEndCame() {
        std::future<bool> refused;
        {
            const Turn first(turns_);
            std::promise<void> begun;
            refused = std::async(std::launch::async, [&] {
                begun.set_value();
                return Turn(turns_).refused().has_value();
            });
            begun.get_future().get();
            turns_.end();
        }
        CPPUNIT_ASSERT(refused.get());
    }

    void tellsOfTheProcessThatTookOver() {
        CPPUNIT_ASSERT(!turns_.handedOver());
        turns_.handOver();
        CPPUNIT_ASSERT(turns_.ending());
        const Turn turn(turns_);
        const auto* text =
            "another process serves by now, and this one only drains: connect to the control port "
            "again to reach it";
        expectRefused(text, turn.refused());
        expectRefused(text, turns_.handedOver());
        turns_.end();  // later, as the drain is over
        expectRefused(text, turns_.refusal());
    }

    void refusesNoTurnOfTheEndItself() {
        turns_.end();
        { const auto end = turns_.take(); }
        const auto again = turns_.take();  // it was given back
    }

private:
    static void expectRefused(const std::string& text,
                              const std::optional<host::ChangeResult>& refusal) {
        CPPUNIT_ASSERT(refusal);
        CHECK(refusal->error == ChangeError::Refused);
        CPPUNIT_ASSERT_EQUAL(text, refusal->text);
    }

    ChangeTurns turns_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChangeTurnsTest);

}  // namespace
}  // namespace berth::test
