// tests/sdk/setting_types_test.cpp - each codec: text to value, value to text, and its errors.
#include "berth/setting_types.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "support/check.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;

const std::filesystem::path kDirectory = "/etc/berth";

template <class T>
T parse(std::string_view text) {
    return ValueCodec<T>::parse({text, kDirectory});
}

template <class T>
ValueError errorOf(std::string_view text) {
    try {
        static_cast<void>(parse<T>(text));
    } catch (const ValueError& error) {
        return error;
    }
    CPPUNIT_FAIL("no error for " + std::string(text));
    return ValueError("unreachable");
}

template <class T>
void refuses(std::string_view text, const std::string& message) {
    CPPUNIT_ASSERT_EQUAL(message, std::string(errorOf<T>(text).what()));
}

class SettingTypesTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettingTypesTest);
    CPPUNIT_TEST(readsOnAndOff);
    CPPUNIT_TEST(readsNumbersOfEachWidth);
    CPPUNIT_TEST(readsDecimalNumbers);
    CPPUNIT_TEST(namesTheRangeOfANumber);
    CPPUNIT_TEST(refusesWhatIsNoNumber);
    CPPUNIT_TEST(explainsSizesAndDurations);
    CPPUNIT_TEST(refusesDurationsThatAreTooFine);
    CPPUNIT_TEST(startsRelativePathsAtTheFile);
    CPPUNIT_TEST(neverPrintsASecret);
    CPPUNIT_TEST(readsLists);
    CPPUNIT_TEST(pointsAtTheWrongItemOfAList);
    CPPUNIT_TEST(readsEscapes);
    CPPUNIT_TEST(pointsAtAnUnknownEscape);
    CPPUNIT_TEST(writesEscapesThatReadBack);
    CPPUNIT_TEST(suggestsAChoice);
    CPPUNIT_TEST(quotesHostileTextSafely);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsOnAndOff() {
        for (const auto* text : {"on", "true", "yes", "1", "On", "TRUE"}) {
            CPPUNIT_ASSERT_MESSAGE(text, parse<bool>(text));
        }
        for (const auto* text : {"off", "false", "no", "0"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parse<bool>(text));
        }
        refuses<bool>("maybe", R"("maybe" is neither on nor off)");
        refuses<bool>("", R"("" is neither on nor off)");
        CPPUNIT_ASSERT_EQUAL(std::string("on"), ValueCodec<bool>::format(true));
    }

    void readsNumbersOfEachWidth() {
        CPPUNIT_ASSERT_EQUAL(std::uint16_t{65'535}, parse<std::uint16_t>("65535"));
        CPPUNIT_ASSERT_EQUAL(-128, static_cast<int>(parse<std::int8_t>("-128")));
        CPPUNIT_ASSERT_EQUAL(std::numeric_limits<std::int64_t>::min(),
                             parse<std::int64_t>("-9223372036854775808"));
        CPPUNIT_ASSERT_EQUAL(std::numeric_limits<std::uint64_t>::max(),
                             parse<std::uint64_t>("18446744073709551615"));
    }

    void readsDecimalNumbers() {
        CPPUNIT_ASSERT_EQUAL(0.25, parse<double>("0.25"));
        CPPUNIT_ASSERT_EQUAL(-2e3, parse<double>("-2e3"));
        CPPUNIT_ASSERT_EQUAL(std::string("0.1"), ValueCodec<double>::format(0.1));
        for (const auto* text : {"", "abc", "1,5", " 1", "1 ", "nan", "inf", "1e999"}) {
            refuses<double>(text,
                            "\"" + std::string(text) +
                                "\" is not a decimal number: write digits, such as 2 or 0.25");
        }
    }

    void namesTheRangeOfANumber() {
        refuses<std::uint16_t>("65536", R"("65536" is out of range: it must be 0 to 65535)");
        refuses<std::uint16_t>("-1", R"("-1" is out of range: it must be 0 to 65535)");
        refuses<std::int8_t>("128", R"("128" is out of range: it must be -128 to 127)");
        refuses<std::uint64_t>(
            "18446744073709551616",
            R"("18446744073709551616" is out of range: it must be 0 to 18446744073709551615)");
    }

    void refusesWhatIsNoNumber() {
        for (const auto* text : {"", "abc", "1 ", " 1", "+1", "1.5", "0x10", "1K", "-", "--1"}) {
            refuses<int>(text, "\"" + std::string(text) + "\" is not a whole number");
            refuses<unsigned>(text, "\"" + std::string(text) + "\" is not a whole number");
        }
    }

    void explainsSizesAndDurations() {
        refuses<std::chrono::seconds>("abc",
                                      "\"abc\" is not a duration: write a number and a unit, "
                                      "such as 30s, 5m or 500ms");
        refuses<ByteCount>("1,5M",
                           "\"1,5M\" is not a size: write a number of bytes, or a number and K, "
                           "M, G or T, such as 64K or 1.5G");
        CHECK(parse<std::chrono::minutes>("1h") == 60min);
        CHECK(parse<std::chrono::nanoseconds>("36500d") == kLongestDuration);
        CHECK(parse<ByteCount>("64K") == ByteCount{65'536});
    }

    void refusesDurationsThatAreTooFine() {
        refuses<std::chrono::seconds>("500ms", R"("500ms" is finer than this setting can be)");
    }

    void startsRelativePathsAtTheFile() {
        using std::filesystem::path;
        CPPUNIT_ASSERT_EQUAL(path("/etc/berth/data"), parse<path>("data"));
        CPPUNIT_ASSERT_EQUAL(path("/etc/data"), parse<path>("../data"));
        CPPUNIT_ASSERT_EQUAL(path("/srv/x"), parse<path>("/srv/./x"));
        CPPUNIT_ASSERT_EQUAL(path(), parse<path>(""));
        refuses<path>(std::string_view("a\0b", 3), "a path holds a zero byte");
    }

    void neverPrintsASecret() {
        const auto secret = parse<Secret>("hunter2");
        CPPUNIT_ASSERT_EQUAL(std::string("hunter2"), secret.reveal());
        CPPUNIT_ASSERT_EQUAL(std::string("***"), ValueCodec<Secret>::format(secret));
        CPPUNIT_ASSERT_EQUAL(std::string(), ValueCodec<Secret>::format(Secret()));
    }

    void readsLists() {
        using Names = std::vector<std::string>;
        CHECK(parse<Names>("a, b ,c d") == Names{"a", "b", "c d"});
        CHECK(isEmpty(parse<Names>("")));
        CHECK(isEmpty(parse<Names>("  ")));
        CHECK(parse<std::vector<int>>("1,2") == std::vector{1, 2});
        CPPUNIT_ASSERT_EQUAL(std::string("1, 2"), ValueCodec<std::vector<int>>::format({1, 2}));
    }

    void pointsAtTheWrongItemOfAList() {
        const auto wrong = errorOf<std::vector<int>>("1, abc ,3");
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, wrong.offset());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, wrong.length());
        for (const auto* text : {",", "1,", ",1", "1,,2"}) {
            refuses<std::vector<int>>(text, "an item of the list is empty");
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, errorOf<std::vector<int>>("1,,2").offset());
    }

    void readsEscapes() {
        CPPUNIT_ASSERT_EQUAL(std::string("Hi\r\n\t\\\xff\x01"),
                             parse<EscapedText>(R"(Hi\r\n\t\\\xff\x01)").bytes);
        CPPUNIT_ASSERT_EQUAL(std::string("a\0b", 3), parse<EscapedText>(R"(a\0b)").bytes);
        CPPUNIT_ASSERT_EQUAL(std::string("plain"), parse<EscapedText>("plain").bytes);
    }

    void pointsAtAnUnknownEscape() {
        for (const auto* text : {R"(ab\q)", R"(ab\)", R"(ab\x)", R"(ab\x1)", R"(ab\xg1)",
                                 R"(ab\x1g)", R"(ab\x-1)", R"(ab\x+1)", R"(ab\x 1)"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::size_t{2}, errorOf<EscapedText>(text).offset());
        }
    }

    void writesEscapesThatReadBack() {
        std::string all;
        for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
        const auto text = ValueCodec<EscapedText>::format({all});
        CPPUNIT_ASSERT_EQUAL(all, parse<EscapedText>(text).bytes);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(Bye\r\n)"),
                             ValueCodec<EscapedText>::format({"Bye\r\n"}));
    }

    void suggestsAChoice() {
        try {
            detail::throwUnknownChoice("ascci", {"ascii", "utf-8"});
        } catch (const ValueError& error) {
            CPPUNIT_ASSERT_EQUAL(std::string(R"("ascci" is not one of ascii, utf-8)"),
                                 std::string(error.what()));
            CPPUNIT_ASSERT_EQUAL(std::string(R"(did you mean "ascii"?)"), error.suggestion());
        }
        CPPUNIT_ASSERT_THROW(detail::throwUnknownChoice("x", {}), ValueError);
    }

    void quotesHostileTextSafely() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"("a\x1bb\x0a\x7f")"), detail::quoted("a\x1b"
                                                                                "b\n\x7f"));
        CPPUNIT_ASSERT_EQUAL("\"" + std::string(60, 'a') + "...\"",
                             detail::quoted(std::string(100'000, 'a')));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingTypesTest);

}  // namespace
}  // namespace berth::test
