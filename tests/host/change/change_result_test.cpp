// tests/host/change/change_result_test.cpp - how a change ends, and what is thrown on the way.
#include "host/change/change_result.h"

#include <Poco/Exception.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "host/change/failures.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::ChangeError;
using host::ChangeResult;

class ChangeResultTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChangeResultTest);
    CPPUNIT_TEST(isDoneOrHasAnError);
    CPPUNIT_TEST(hasAWordForEachError);
    CPPUNIT_TEST(tellsErrorsOfEachKind);
    CPPUNIT_TEST(namesTheServiceAndKeepsTheKind);
    CPPUNIT_TEST_SUITE_END();

public:
    void isDoneOrHasAnError() {
        const auto done = ChangeResult::success("done", {"line"});
        CPPUNIT_ASSERT(done.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("line"), done.lines.at(0));
        const auto failed = ChangeResult::failure(ChangeError::Timeout, "late");
        CPPUNIT_ASSERT(!failed.ok());
        CHECK(failed.error == ChangeError::Timeout);
        CPPUNIT_ASSERT_EQUAL(std::string("late"), failed.text);
    }

    // Programs at the control port know them.
    void hasAWordForEachError() {
        const std::pair<ChangeError, std::string_view> words[] = {
            {ChangeError::NotFound, "not-found"}, {ChangeError::BadConfig, "bad-config"},
            {ChangeError::BadValue, "bad-value"}, {ChangeError::BadPlugin, "bad-plugin"},
            {ChangeError::Address, "address"},    {ChangeError::LogFile, "log"},
            {ChangeError::Conflict, "conflict"},  {ChangeError::Timeout, "timeout"},
            {ChangeError::Refused, "refused"},    {ChangeError::Failed, "failed"}};
        for (const auto& [error, word] : words) CPPUNIT_ASSERT_EQUAL(word, toString(error));
    }

    void tellsErrorsOfEachKind() {
        CPPUNIT_ASSERT(!host::failureOf([] {}));
        CHECK(kindOf(host::ListenError("x")) == ChangeError::Address);
        CHECK(kindOf(host::PluginError("x")) == ChangeError::BadPlugin);
        CHECK(kindOf(std::runtime_error("x")) == ChangeError::Failed);
    }

    void namesTheServiceAndKeepsTheKind() {
        CPPUNIT_ASSERT_EQUAL(7, host::named("a", [] { return 7; }));
        CPPUNIT_ASSERT_EQUAL(std::string("service \"a\": x"), named<host::ListenError>("x"));
        CPPUNIT_ASSERT_EQUAL(std::string("service \"a\": x"), named<host::PluginError>("x"));
        CPPUNIT_ASSERT_EQUAL(std::string("service \"a\": x"), named<std::runtime_error>("x"));
        // Whose what() is the name of its class alone.
        try {
            host::named("a", [] { throw Poco::IOException("broken"); });
            CPPUNIT_FAIL("nothing was thrown");
        } catch (const std::runtime_error& error) {
            const std::string text = error.what();
            CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("service \"a\": "));
            CPPUNIT_ASSERT_MESSAGE(text, text.find("broken") != std::string::npos);
        }
    }

private:
    template <class Error>
    static std::optional<ChangeError> kindOf(const Error& error) {
        const auto failure = host::failureOf([&] { throw error; });
        CPPUNIT_ASSERT(failure);
        CPPUNIT_ASSERT_EQUAL(std::string("x"), failure->text);
        return failure->error;
    }
    template <class Error>
    static std::string named(const std::string& text) {
        try {
            host::named("a", [&] { throw Error(text); });
        } catch (const Error& error) {
            return error.what();
        }
        return "nothing was thrown";
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChangeResultTest);

}  // namespace
}  // namespace berth::test
