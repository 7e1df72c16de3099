// tests/support/check_test.cpp - what a failed check tells.
#include "support/check.h"

#include <cppunit/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::test {
namespace {

using namespace std::chrono_literals;

enum class Colour { Red, Green };
enum class Order { First };
std::string_view toString(Order) {
    return "the first";
}
struct Opaque {
    bool operator==(const Opaque&) const { return false; }
};

std::string failureOf(const std::function<void()>& check) {
    try {
        check();
    } catch (const CPPUNIT_NS::Exception& failure) {
        return failure.message().shortDescription() + '\n' + failure.message().details();
    }
    return "";
}

// The line of values alone.
std::string foundBy(const std::function<void()>& check) {
    const auto failure = failureOf(check);
    const std::string start = "- Found: ";
    const auto at = failure.find(start);
    if (at == std::string::npos) return failure;
    return failure.substr(at + start.size(), failure.size() - at - start.size() - 1);
}

class CheckTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CheckTest);
    CPPUNIT_TEST(passesWhatHolds);
    CPPUNIT_TEST(tellsTheExpressionAndBothValues);
    CPPUNIT_TEST(tellsThePlace);
    CPPUNIT_TEST(evaluatesEachSideOnce);
    CPPUNIT_TEST(comparesIntegersAsNumbers);
    CPPUNIT_TEST(showsEachComparison);
    CPPUNIT_TEST(quotesTexts);
    CPPUNIT_TEST(showsLongTextsWhereTheyDiffer);
    CPPUNIT_TEST(showsTheTextThatWasSearched);
    CPPUNIT_TEST(showsWhatIsAroundAnUnwantedPart);
    CPPUNIT_TEST(namesEnumerators);
    CPPUNIT_TEST(showsTimesInSeconds);
    CPPUNIT_TEST(showsPointersAndWhatMayBeMissing);
    CPPUNIT_TEST(showsItems);
    CPPUNIT_TEST(saysSoWhenAValueHasNoText);
    CPPUNIT_TEST_SUITE_END();

public:
    void passesWhatHolds() {
        const std::vector<int> items{1, 2};
        CHECK(items.size() == 2);
        CHECK(items == std::vector<int>{1, 2});
        CHECK(items[0] + 1 <= items[1]);
        CHECK(isEmpty(std::string()));
        CHECK(!contains("abc", "d"));
        CHECK(std::make_unique<int>(1));
    }

    void tellsTheExpressionAndBothValues() {
        const int one = 1;
        CPPUNIT_ASSERT_EQUAL(
            std::string("assertion failed\n- Expression: one + 1 == 3\n- Found: 2 == 3\n"),
            failureOf([&] { CHECK(one + 1 == 3); }));
        const bool flag = false;
        CPPUNIT_ASSERT_EQUAL(std::string("assertion failed\n- Expression: flag\n"),
                             failureOf([&] { CHECK(flag); }));
    }

    void tellsThePlace() {
        try {
            CHECK(1 == 2);
            CPPUNIT_FAIL("not reached");
        } catch (const CPPUNIT_NS::Exception& failure) {
            CPPUNIT_ASSERT_EQUAL(std::string(__FILE__), failure.sourceLine().fileName());
            CPPUNIT_ASSERT_EQUAL(__LINE__ - 4, failure.sourceLine().lineNumber());
        }
    }

    void evaluatesEachSideOnce() {
        int left = 0;
        int right = 0;
        CHECK(++left == ++right);
        CPPUNIT_ASSERT_EQUAL(std::string("2 != 2"), foundBy([&] { CHECK(++left != ++right); }));
    }

    void comparesIntegersAsNumbers() {
        const std::size_t three = 3;
        const int below = -1;
        CHECK(three == 3);
        CHECK(below < three);
        CHECK(std::numeric_limits<std::int64_t>::min() < below);
        CHECK(std::numeric_limits<std::uint64_t>::max() != below);
        CPPUNIT_ASSERT_EQUAL(std::string("-1 > 3"), foundBy([&] { CHECK(below > three); }));
    }

    void showsEachComparison() {
        const int one = 1;
        const int two = 2;
        CPPUNIT_ASSERT_EQUAL(std::string("1 == 2"), foundBy([&] { CHECK(one == two); }));
        CPPUNIT_ASSERT_EQUAL(std::string("1 != 1"), foundBy([&] { CHECK(one != one); }));
        CPPUNIT_ASSERT_EQUAL(std::string("2 < 1"), foundBy([&] { CHECK(two < one); }));
        CPPUNIT_ASSERT_EQUAL(std::string("2 <= 1"), foundBy([&] { CHECK(two <= one); }));
        CPPUNIT_ASSERT_EQUAL(std::string("1 > 2"), foundBy([&] { CHECK(one > two); }));
        CPPUNIT_ASSERT_EQUAL(std::string("1.5 >= 2"), foundBy([&] { CHECK(1.5 >= two); }));
    }

    void quotesTexts() {
        const std::string text = "a\n\"b\"\t\x80";
        CPPUNIT_ASSERT_EQUAL(std::string(R"("a\n\"b\"\x09\x80" == "c")"),
                             foundBy([&] { CHECK(text == "c"); }));
        CPPUNIT_ASSERT_EQUAL(std::string(R"("/a" == "/b")"),
                             foundBy([] { CHECK(std::filesystem::path("/a") == "/b"); }));
        CPPUNIT_ASSERT_EQUAL(std::string(R"("a" == "b")"), foundBy([] { CHECK('a' == 'b'); }));
    }

    void showsLongTextsWhereTheyDiffer() {
        const std::string same(5'000, 'a');
        const std::string shown(100, 'a');
        CPPUNIT_ASSERT_EQUAL(
            '"' + shown + "x\" == \"" + shown + "\", from byte 4900 of 5001 and 5000",
            foundBy([&] { CHECK(same + "x" == same); }));
        const std::string end(1'000, 'a');
        CPPUNIT_ASSERT_EQUAL('"' + end + "\" (3000 bytes) \"" + end + '"',
                             foundBy([&] { CHECK(isEmpty(same)); }));
    }

    void showsTheTextThatWasSearched() {
        const std::string reply = "ERR\n";
        CPPUNIT_ASSERT_EQUAL(std::string(R"(no "OK" in "ERR\n")"),
                             foundBy([&] { CHECK(contains(reply, "OK")); }));
        CPPUNIT_ASSERT_EQUAL(std::string(R"("R" in "ERR\n")"),
                             foundBy([&] { CHECK(!contains(reply, "R")); }));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(no "OK" at the start of "ERR\n")"),
                             foundBy([&] { CHECK(startsWith(reply, "OK")); }));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(no "OK" at the end of "ERR\n")"),
                             foundBy([&] { CHECK(endsWith(reply, "OK")); }));
        CPPUNIT_ASSERT_EQUAL(std::string(R"("ERR\n")"), foundBy([&] { CHECK(isEmpty(reply)); }));
    }

    void showsWhatIsAroundAnUnwantedPart() {
        const std::string around(500, '-');
        const auto log = std::string(5'000, 'a') + around + "lost" + around + "b";
        CPPUNIT_ASSERT_EQUAL("\"lost\" in \"" + around + "lost" + around + '"',
                             foundBy([&] { CHECK(!contains(log, "lost")); }));
    }

    void namesEnumerators() {
        CPPUNIT_ASSERT_EQUAL(std::string("0 == 1"),
                             foundBy([] { CHECK(Colour::Red == Colour::Green); }));
        CPPUNIT_ASSERT_EQUAL(std::string("the first != the first"),
                             foundBy([] { CHECK(Order::First != Order::First); }));
        CPPUNIT_ASSERT_EQUAL(std::string("1 == 2"),
                             foundBy([] { CHECK(std::byte{1} == std::byte{2}); }));
    }

    void showsTimesInSeconds() {
        CPPUNIT_ASSERT_EQUAL(std::string("0.0035s >= 4s"), foundBy([] { CHECK(3'500us >= 4s); }));
        const std::chrono::steady_clock::time_point begin;
        CPPUNIT_ASSERT_EQUAL(std::string("0.02s < 0s"),
                             foundBy([&] { CHECK(begin + 20ms < begin); }));
    }

    void showsPointersAndWhatMayBeMissing() {
        const std::unique_ptr<int> nothing;
        const char* const noText = nullptr;
        CPPUNIT_ASSERT_EQUAL(std::string("null != null"),
                             foundBy([&] { CHECK(nothing != nullptr); }));
        CPPUNIT_ASSERT_EQUAL(std::string("null != null"),
                             foundBy([&] { CHECK(noText != nullptr); }));
        CPPUNIT_ASSERT(foundBy([&] { CHECK(this == nullptr); }).starts_with("0x"));
        CPPUNIT_ASSERT_EQUAL(std::string("none == 3"),
                             foundBy([] { CHECK(std::optional<int>() == 3); }));
        CPPUNIT_ASSERT_EQUAL(std::string("3 == none"),
                             foundBy([] { CHECK(std::optional(3) == std::nullopt); }));
        const std::atomic<int> counter = 7;
        CPPUNIT_ASSERT_EQUAL(std::string("7 == 8"), foundBy([&] { CHECK(counter == 8); }));
    }

    void showsItems() {
        using Words = std::vector<std::string>;
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"a", "b"} == {})"), foundBy([] {
                                 CHECK(Words{"a", "b"} == Words());
                             }));
        const std::map<std::string, int> ages{{"a", 1}};
        CPPUNIT_ASSERT_EQUAL(std::string(R"({("a", 1)})"), foundBy([&] { CHECK(isEmpty(ages)); }));
        const std::vector<bool> many(21);
        CPPUNIT_ASSERT(foundBy([&] { CHECK(isEmpty(many)); }).ends_with(", false, ...}"));
    }

    void saysSoWhenAValueHasNoText() {
        CPPUNIT_ASSERT_EQUAL(std::string("? == ?"), foundBy([] { CHECK(Opaque() == Opaque()); }));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CheckTest);

}  // namespace
}  // namespace berth::test
