// tests/cli/arguments_test.cpp - options and operands of one command.
#include "cli/app/arguments.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "cli/app/failure.h"
#include "support/check.h"

namespace berth::test {
namespace {

using Words = std::vector<std::string>;

const std::vector<cli::Option> kOptions{
    {"json", "j", "", "."}, {"timeout", "t", "DURATION", "."}, {"token-file", "", "FILE", "."}};

cli::Arguments parse(const Words& words, std::size_t freeAfter = 1000) {
    return {"verb", words, kOptions, freeAfter};
}

std::string failureOf(const Words& words) {
    try {
        static_cast<void>(parse(words));
    } catch (const cli::Failure& failure) {
        CHECK(failure.code() == cli::ExitCode::Usage);
        return failure.what();
    }
    return "";
}

class ArgumentsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ArgumentsTest);
    CPPUNIT_TEST(takesOptionsAnywhereBetweenOperands);
    CPPUNIT_TEST(takesValuesInEveryForm);
    CPPUNIT_TEST(takesAnEmptyValueThatFollows);
    CPPUNIT_TEST(leavesWordsAfterTheDashesAlone);
    CPPUNIT_TEST(leavesTheRemoteCommandAlone);
    CPPUNIT_TEST(takesNegativeNumbersAsOperands);
    CPPUNIT_TEST(refusesUnknownOptionsWithASuggestion);
    CPPUNIT_TEST(refusesMissingAndSuperfluousValues);
    CPPUNIT_TEST(refusesAnOptionTwice);
    CPPUNIT_TEST_SUITE_END();

public:
    void takesOptionsAnywhereBetweenOperands() {
        const auto arguments = parse({"--json", "a", "-t", "5s", "b"});
        CPPUNIT_ASSERT(arguments.has("json"));
        CHECK(arguments.operands() == Words({"a", "b"}));
        CPPUNIT_ASSERT_EQUAL(std::string("5s"), arguments.value("timeout").value());
    }

    void takesValuesInEveryForm() {
        for (const Words& words :
             {Words{"--timeout", "5s"}, Words{"--timeout=5s"}, Words{"-t5s"}, Words{"-t", "5s"}}) {
            CPPUNIT_ASSERT_EQUAL(std::string("5s"), parse(words).value("timeout").value());
        }
    }

    void takesAnEmptyValueThatFollows() {
        const auto arguments = parse({"--timeout", "-1", "x"});
        CPPUNIT_ASSERT_EQUAL(std::string("-1"), arguments.value("timeout").value());
    }

    void leavesWordsAfterTheDashesAlone() {
        const auto arguments = parse({"a", "--", "--json", "-x"});
        CPPUNIT_ASSERT(!arguments.has("json"));
        CHECK(arguments.operands() == Words({"a", "--json", "-x"}));
    }

    void leavesTheRemoteCommandAlone() {
        const auto arguments = parse({"-j", "host:1", "ls", "--color", "-l", "--"}, 1);
        CHECK(arguments.operands() == Words({"host:1", "ls", "--color", "-l", "--"}));
        CHECK(parse({"--json"}, 0).operands() == Words({"--json"}));
    }

    void takesNegativeNumbersAsOperands() {
        CHECK(parse({"set", "-5", "-"}).operands() == Words({"set", "-5", "-"}));
    }

    void refusesUnknownOptionsWithASuggestion() {
        CHECK(contains(failureOf({"--jsn"}), "did you mean --json?"));
        CHECK(contains(failureOf({"--tokenfile=x"}), "did you mean --token-file?"));
        CHECK(contains(failureOf({"-x"}), "unknown option -x"));
        CHECK(contains(failureOf({"--t", "5s"}), "more than one"));
    }

    void refusesMissingAndSuperfluousValues() {
        CHECK(contains(failureOf({"a", "--timeout"}), "needs a value"));
        CPPUNIT_ASSERT(!failureOf({"--json=yes"}).empty());
    }

    void refusesAnOptionTwice() { CHECK(contains(failureOf({"--json", "-j"}), "twice")); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ArgumentsTest);

}  // namespace
}  // namespace berth::test
