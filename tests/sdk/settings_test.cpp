// tests/sdk/settings_test.cpp - a schema: values into a struct, and everything that can be wrong.
#include "berth/settings.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace berth::test {
namespace {

using namespace std::chrono_literals;
using Part = SettingIssue::Part;

enum class Encoding { Ascii, Utf8 };

struct Settings {
    std::string message = "Hello";
    std::chrono::seconds pause{2};
    std::uint16_t port = 0;
    Encoding encoding = Encoding::Ascii;
    std::map<std::string, std::string> commands;
    int least = 0;
    int most = 10;

    static void describe(Schema<Settings>& schema) {
        schema.field("message", &Settings::message, "Sent to each client.");
        schema.field("pause", &Settings::pause, "Waits this long first.").range(0s, 60s);
        schema.field("port", &Settings::port, "Where to listen.").required();
        schema.choice("encoding", &Settings::encoding,
                      {{"ascii", Encoding::Ascii}, {"utf-8", Encoding::Utf8}}, "What text is.");
        schema.group("command", &Settings::commands, "A program that may be run.");
        schema.field("least", &Settings::least, "The low end.");
        schema.field("most", &Settings::most, "The high end.");
    }

    void validate(SettingIssues& issues) const {
        if (most < least) issues.at("most", "most is below least");
    }
};

class SettingsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettingsTest);
    CPPUNIT_TEST(fillsTheStruct);
    CPPUNIT_TEST(keepsDefaults);
    CPPUNIT_TEST(collectsAGroupByName);
    CPPUNIT_TEST(suggestsTheKeyThatWasMeant);
    CPPUNIT_TEST(suggestsTheGroupThatWasMeant);
    CPPUNIT_TEST(refusesNamesThatAreNone);
    CPPUNIT_TEST(refusesARepeatedKey);
    CPPUNIT_TEST(pointsAtAWrongValue);
    CPPUNIT_TEST(refusesAValueOutOfRange);
    CPPUNIT_TEST(missesARequiredKey);
    CPPUNIT_TEST(reportsEverythingAtOnce);
    CPPUNIT_TEST(checksAcrossKeysOnlyWhenEachIsRight);
    CPPUNIT_TEST(blamesTheSectionForAnAbsentKey);
    CPPUNIT_TEST(describesEachRow);
    CPPUNIT_TEST(printsTheValuesOfAStruct);
    CPPUNIT_TEST_SUITE_END();

    using Lines = std::vector<std::pair<std::string, std::string>>;

    static std::vector<SettingValue> valuesOf(const Lines& lines) {
        std::vector<SettingValue> values;
        for (const auto& [key, text] : lines) values.push_back({key, text, "/etc"});
        return values;
    }

    static std::vector<SettingIssue> issuesOf(const Lines& lines) {
        std::vector<SettingIssue> issues;
        static_cast<void>(parseSettings<Settings>(valuesOf(lines), issues));
        return issues;
    }

    static SettingIssue onlyIssueOf(Lines lines) {
        lines.emplace_back("port", "7001");
        const auto issues = issuesOf(lines);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issues.size());
        return issues.front();
    }

    static Settings parsed(const Lines& lines) {
        std::vector<SettingIssue> issues;
        auto settings = parseSettings<Settings>(valuesOf(lines), issues);
        CPPUNIT_ASSERT_MESSAGE(issues.empty() ? "" : issues.front().message, issues.empty());
        return settings;
    }

public:
    void fillsTheStruct() {
        const auto settings =
            parsed({{"message", "Hi"}, {"pause", "1m"}, {"port", "7001"}, {"encoding", "utf-8"}});
        CPPUNIT_ASSERT_EQUAL(std::string("Hi"), settings.message);
        CPPUNIT_ASSERT(settings.pause == 60s);
        CPPUNIT_ASSERT_EQUAL(std::uint16_t{7001}, settings.port);
        CPPUNIT_ASSERT(settings.encoding == Encoding::Utf8);
    }

    void keepsDefaults() {
        const auto settings = parsed({{"port", "1"}});
        CPPUNIT_ASSERT_EQUAL(std::string("Hello"), settings.message);
        CPPUNIT_ASSERT(settings.pause == 2s);
    }

    void collectsAGroupByName() {
        const auto settings =
            parsed({{"port", "1"}, {"command.dir", "/bin/ls"}, {"command.a-b_9", "x"}});
        CPPUNIT_ASSERT((settings.commands ==
                        std::map<std::string, std::string>{{"a-b_9", "x"}, {"dir", "/bin/ls"}}));
    }

    void suggestsTheKeyThatWasMeant() {
        const auto issue = onlyIssueOf({{"encoding", "ascii"}, {"mesage", "Hi"}});
        CPPUNIT_ASSERT(issue.part == Part::Key);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issue.index);
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, issue.length);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(unknown key "mesage")"), issue.message);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(did you mean "message"?)"), issue.suggestion);
        CPPUNIT_ASSERT_EQUAL(std::string(), onlyIssueOf({{"zzzzzz", ""}}).suggestion);
    }

    void suggestsTheGroupThatWasMeant() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"(did you mean "command.dir"?)"),
                             onlyIssueOf({{"comand.dir", "x"}}).suggestion);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(did you mean "command.NAME"?)"),
                             onlyIssueOf({{"command", "x"}}).suggestion);
    }

    void refusesNamesThatAreNone() {
        const auto empty = onlyIssueOf({{"command.", "x"}});
        CPPUNIT_ASSERT_EQUAL(std::string(R"(the key "command." needs a name)"), empty.message);
        CPPUNIT_ASSERT_EQUAL(std::string("write command.NAME"), empty.suggestion);
        const auto wrong = onlyIssueOf({{"command.a b", "x"}});
        CPPUNIT_ASSERT(wrong.part == Part::Key);
        CPPUNIT_ASSERT_EQUAL(std::size_t{9}, wrong.offset);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, wrong.length);
        CPPUNIT_ASSERT_EQUAL(std::size_t{8}, onlyIssueOf({{"command./", "x"}}).offset);
        CPPUNIT_ASSERT_EQUAL(std::size_t{9}, onlyIssueOf({{"command.a\xff", "x"}}).offset);
    }

    void refusesARepeatedKey() {
        const auto issue = onlyIssueOf({{"message", "a"}, {"message", "b"}});
        CPPUNIT_ASSERT(issue.part == Part::Key);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issue.index);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(the key "message" is given twice)"), issue.message);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(the key "command.x" is given twice)"),
                             onlyIssueOf({{"command.x", "a"}, {"command.x", "b"}}).message);
    }

    void pointsAtAWrongValue() {
        const auto issue = onlyIssueOf({{"pause", "abc"}});
        CPPUNIT_ASSERT(issue.part == Part::Value);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, issue.index);
        CPPUNIT_ASSERT_EQUAL(std::string("\"abc\" is not a duration: write a number and a unit, "
                                         "such as 30s, 5m or 500ms"),
                             issue.message);
        const auto choice = onlyIssueOf({{"encoding", "utf8"}});
        CPPUNIT_ASSERT_EQUAL(std::string(R"("utf8" is not one of ascii, utf-8)"), choice.message);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(did you mean "utf-8"?)"), choice.suggestion);
    }

    void refusesAValueOutOfRange() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"("61s" is out of range: it must be 0 to 1m)"),
                             onlyIssueOf({{"pause", "61s"}}).message);
        CPPUNIT_ASSERT(parsed({{"port", "1"}, {"pause", "60s"}}).pause == 60s);
    }

    void missesARequiredKey() {
        const auto issues = issuesOf({{"message", "Hi"}});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issues.size());
        CPPUNIT_ASSERT(issues.front().part == Part::Section);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(the key "port" is required)"), issues.front().message);
        // A key with a wrong value is there: it is not reported as missing as well.
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issuesOf({{"port", "x"}}).size());
    }

    void reportsEverythingAtOnce() {
        const auto issues = issuesOf(
            {{"mesage", "x"}, {"pause", "x"}, {"least", "x"}, {"least", "1"}, {"command.", "x"}});
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, issues.size());
    }

    void checksAcrossKeysOnlyWhenEachIsRight() {
        const auto issue = onlyIssueOf({{"least", "5"}, {"most", "4"}});
        CPPUNIT_ASSERT(issue.part == Part::Value);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issue.index);
        CPPUNIT_ASSERT_EQUAL(std::string("most is below least"), issue.message);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             issuesOf({{"port", "x"}, {"least", "5"}, {"most", "4"}}).size());
    }

    void blamesTheSectionForAnAbsentKey() {
        CPPUNIT_ASSERT(onlyIssueOf({{"least", "50"}}).part == Part::Section);
    }

    void describesEachRow() {
        const auto rows = Schema<Settings>().descriptions();
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, rows.size());
        CPPUNIT_ASSERT_EQUAL(std::string("duration"), rows[1].type);
        CPPUNIT_ASSERT_EQUAL(std::string("2s"), rows[1].defaultText);
        CPPUNIT_ASSERT_EQUAL(std::string("0 to 1m"), rows[1].range);
        CPPUNIT_ASSERT(rows[2].required && rows[2].defaultText.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("one of ascii, utf-8"), rows[3].type);
        CPPUNIT_ASSERT_EQUAL(std::string("ascii"), rows[3].defaultText);
        CPPUNIT_ASSERT_EQUAL(std::string("command.NAME"), rows[4].key);
        CPPUNIT_ASSERT_EQUAL(std::string("A program that may be run."), rows[4].help);
    }

    void printsTheValuesOfAStruct() {
        const auto settings =
            parsed({{"port", "7001"}, {"pause", "60s"}, {"encoding", "utf-8"}, {"message", "Hi"}});
        std::string printed;
        const Schema<Settings> schema;
        for (const auto& field : schema.fields()) {
            if (!field.group) printed += field.format(&settings) + "|";
        }
        CPPUNIT_ASSERT_EQUAL(std::string("Hi|1m|7001|utf-8|0|10|"), printed);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsTest);

}  // namespace
}  // namespace berth::test
