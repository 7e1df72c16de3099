// tests/host/control/completion_test.cpp - what may follow the words of a request.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fake_operations.h"
#include "host/control/commands/command_table.h"
#include "host/control/commands/manual.h"
#include "support/check.h"

namespace berth::test {
namespace {

using Words = std::vector<std::string>;

}  // namespace

class CompletionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CompletionTest);
    CPPUNIT_TEST(offersEveryVerbFirst);
    CPPUNIT_TEST(offersVerbsThatBeginSo);
    CPPUNIT_TEST(offersServicesWhereOneIsWanted);
    CPPUNIT_TEST(offersTheWordsOfAChoice);
    CPPUNIT_TEST(followsBothFormsOfAUsage);
    CPPUNIT_TEST(offersNothingBeyondTheUsage);
    CPPUNIT_TEST_SUITE_END();

public:
    void offersEveryVerbFirst() {
        CPPUNIT_ASSERT_EQUAL(host::control::commandTable().size(), complete({""}).size());
        CPPUNIT_ASSERT_EQUAL(host::control::commandTable().size(), complete({}).size());
    }

    void offersVerbsThatBeginSo() {
        CHECK(Words{"start", "stats", "status"} == complete({"sta"}));
        CHECK(isEmpty(complete({"xyz"})));
    }

    void offersServicesWhereOneIsWanted() {
        CHECK(Words{"quiet", "shout"} == complete({"stop", ""}));
        CHECK(Words{"shout"} == complete({"restart", "sh"}));
        CHECK(Words{"quiet", "shout"} == complete({"wait", "idle", ""}));
    }

    void offersTheWordsOfAChoice() {
        CHECK(Words{"drained", "idle", "serving", "stopped"} == complete({"wait", ""}));
        CHECK(Words{"plan", "remove-all"} == complete({"reload", ""}));
        CHECK(Words{"now"} == complete({"shutdown", ""}));
    }

    void followsBothFormsOfAUsage() {
        CHECK(Words{"service"} == complete({"kill", ""}));
        CHECK(Words{"quiet", "shout"} == complete({"kill", "service", ""}));
    }

    void offersNothingBeyondTheUsage() {
        CHECK(isEmpty(complete({"stop", "shout", ""})));
        CHECK(isEmpty(complete({"nonsense", ""})));
        CHECK(isEmpty(complete({"wait", "nonsense", ""})));
    }

private:
    Words complete(const Words& words) { return host::control::completions(words, host_); }

    FakeOperations host_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CompletionTest);

}  // namespace berth::test
