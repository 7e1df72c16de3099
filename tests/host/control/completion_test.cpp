// tests/host/control/completion_test.cpp - what may follow the words of a request.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fake_operations.h"
#include "host/control/command_table.h"
#include "host/control/manual.h"

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
        CPPUNIT_ASSERT((Words{"start", "stats", "status"} == complete({"sta"})));
        CPPUNIT_ASSERT(complete({"xyz"}).empty());
    }

    void offersServicesWhereOneIsWanted() {
        CPPUNIT_ASSERT((Words{"quiet", "shout"} == complete({"stop", ""})));
        CPPUNIT_ASSERT((Words{"shout"} == complete({"restart", "sh"})));
        CPPUNIT_ASSERT((Words{"quiet", "shout"} == complete({"wait", "idle", ""})));
    }

    void offersTheWordsOfAChoice() {
        CPPUNIT_ASSERT((Words{"drained", "idle", "serving", "stopped"} == complete({"wait", ""})));
        CPPUNIT_ASSERT((Words{"plan"} == complete({"reload", ""})));
        CPPUNIT_ASSERT((Words{"now"} == complete({"shutdown", ""})));
    }

    void followsBothFormsOfAUsage() {
        CPPUNIT_ASSERT((Words{"service"} == complete({"kill", ""})));
        CPPUNIT_ASSERT((Words{"quiet", "shout"} == complete({"kill", "service", ""})));
    }

    void offersNothingBeyondTheUsage() {
        CPPUNIT_ASSERT(complete({"stop", "shout", ""}).empty());
        CPPUNIT_ASSERT(complete({"nonsense", ""}).empty());
        CPPUNIT_ASSERT(complete({"wait", "nonsense", ""}).empty());
    }

private:
    Words complete(const Words& words) { return host::control::completions(words, host_); }

    FakeOperations host_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CompletionTest);

}  // namespace berth::test
