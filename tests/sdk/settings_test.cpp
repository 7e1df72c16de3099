// tests/sdk/settings_test.cpp - a schema: values into a struct, and everything that can be wrong.
#include "berth/settings.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/check.h"

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

// What is kept from being empty, or from being seen.
struct GuardedSettings {
    std::string user;
    std::filesystem::path folder;
    std::vector<std::string> networks;
    std::vector<std::string> variables;
    EscapedText greeting;
    Secret token;
    std::map<std::string, Secret> keys;

    static void describe(Schema<GuardedSettings>& schema) {
        schema.field("user", &GuardedSettings::user, "Who it runs as.");
        schema.field("folder", &GuardedSettings::folder, "Where it works.");
        schema.field("networks", &GuardedSettings::networks, "Who may connect.");
        schema.field("variables", &GuardedSettings::variables, "Its environment.")
            .mayBeEmpty()
            .secret();
        schema.field("greeting", &GuardedSettings::greeting, "Sent first.");
        schema.field("token", &GuardedSettings::token, "Shown by clients.");
        schema.group("key", &GuardedSettings::keys, "Shown by one client.");
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
    CPPUNIT_TEST(refusesATableThatCannotBeRight);
    CPPUNIT_TEST(describesEachRow);
    CPPUNIT_TEST(refusesEmptyValuesUnlessTheyMeanSomething);
    CPPUNIT_TEST(knowsWhichKeysAreSecret);
    CPPUNIT_TEST(boundsAGroup);
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
        CHECK(settings.pause == 60s);
        CPPUNIT_ASSERT_EQUAL(std::uint16_t{7001}, settings.port);
        CHECK(settings.encoding == Encoding::Utf8);
    }

    void refusesEmptyValuesUnlessTheyMeanSomething() {
        const auto issuesOf = [](const std::string& key, const std::string& text) {
            std::vector<SettingIssue> issues;
            static_cast<void>(parseSettings<GuardedSettings>({{key, text, "."}}, issues));
            return issues;
        };
        for (const auto* key : {"user", "folder", "networks", "token", "key.a"}) {
            for (const auto* text : {"", "  "}) {
                const auto issues = issuesOf(key, text);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(key, std::size_t{1}, issues.size());
                CPPUNIT_ASSERT_EQUAL(std::string("the value is empty"), issues[0].message);
                CPPUNIT_ASSERT_EQUAL(std::string("write one, or remove the key"),
                                     issues[0].suggestion);
            }
        }
        CHECK(isEmpty(issuesOf("variables", "")));
        CHECK(isEmpty(issuesOf("greeting", "")));
    }

    void knowsWhichKeysAreSecret() {
        const auto fields = Schema<GuardedSettings>().descriptions();
        for (const auto* key : {"variables", "token", "key.a"})
            CPPUNIT_ASSERT(isSecret(fields, key));
        for (const auto* key : {"user", "greeting", "key", "keys.a", "none"}) {
            CPPUNIT_ASSERT(!isSecret(fields, key));
        }
    }

    void boundsAGroup() {
        std::vector<SettingValue> values{{"port", "1", "."}};
        for (int i = 0; i < 300; ++i) values.push_back({"command.c" + std::to_string(i), "x", "."});
        std::vector<SettingIssue> issues;
        static_cast<void>(parseSettings<Settings>(values, issues));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issues.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{257}, issues[0].index);
        CPPUNIT_ASSERT_EQUAL(std::string("there are more than 256 keys command.NAME"),
                             issues[0].message);
    }

    void keepsDefaults() {
        const auto settings = parsed({{"port", "1"}});
        CPPUNIT_ASSERT_EQUAL(std::string("Hello"), settings.message);
        CHECK(settings.pause == 2s);
    }

    void collectsAGroupByName() {
        const auto settings =
            parsed({{"port", "1"}, {"command.dir", "/bin/ls"}, {"command.a-b_9", "x"}});
        CHECK(settings.commands ==
              std::map<std::string, std::string>{{"a-b_9", "x"}, {"dir", "/bin/ls"}});
    }

    void suggestsTheKeyThatWasMeant() {
        const auto issue = onlyIssueOf({{"encoding", "ascii"}, {"mesage", "Hi"}});
        CHECK(issue.part == Part::Key);
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
        CHECK(wrong.part == Part::Key);
        CPPUNIT_ASSERT_EQUAL(std::size_t{9}, wrong.offset);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, wrong.length);
        CPPUNIT_ASSERT_EQUAL(std::size_t{8}, onlyIssueOf({{"command./", "x"}}).offset);
        CPPUNIT_ASSERT_EQUAL(std::size_t{9}, onlyIssueOf({{"command.a\xff", "x"}}).offset);
    }

    void refusesARepeatedKey() {
        const auto issue = onlyIssueOf({{"message", "a"}, {"message", "b"}});
        CHECK(issue.part == Part::Key);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issue.index);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(the key "message" is given twice)"), issue.message);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(the key "command.x" is given twice)"),
                             onlyIssueOf({{"command.x", "a"}, {"command.x", "b"}}).message);
    }

    void pointsAtAWrongValue() {
        const auto issue = onlyIssueOf({{"pause", "abc"}});
        CHECK(issue.part == Part::Value);
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
        CHECK(parsed({{"port", "1"}, {"pause", "60s"}}).pause == 60s);
    }

    void missesARequiredKey() {
        const auto issues = issuesOf({{"message", "Hi"}});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issues.size());
        CHECK(issues.front().part == Part::Section);
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
        CHECK(issue.part == Part::Value);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issue.index);
        CPPUNIT_ASSERT_EQUAL(std::string("most is below least"), issue.message);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             issuesOf({{"port", "x"}, {"least", "5"}, {"most", "4"}}).size());
    }

    void blamesTheSectionForAnAbsentKey() {
        CHECK(onlyIssueOf({{"least", "50"}}).part == Part::Section);
    }

    void refusesATableThatCannotBeRight() {
        struct Wrong {
            int size = 0;
            int other = 0;
            static void describe(Schema<Wrong>& schema) {
                schema.field("size", &Wrong::size, "How many.").range(1, 10);
                schema.field("size", &Wrong::other, "Again.");
                schema.field("no key", &Wrong::other, "A blank.");
                schema.field("needed", &Wrong::other, "Its default is none.")
                    .range(1, 2)
                    .required();
            }
        };
        try {
            const Schema<Wrong> schema;
        } catch (const std::logic_error& error) {
            CPPUNIT_ASSERT_EQUAL(
                std::string("the default of the setting \"size\" is not allowed: \"0\" is out of "
                            "range: it must be 1 to 10; change the member's initial value, or the "
                            "range; the setting \"size\" is described twice: remove one, or give "
                            "it another key; the setting \"no key\" is no key: write letters, "
                            "digits, \"_\" and \"-\""),
                std::string(error.what()));
            return;
        }
        CPPUNIT_FAIL("a wrong table was taken");
    }

    void describesEachRow() {
        const auto rows = Schema<Settings>().descriptions();
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, rows.size());
        CPPUNIT_ASSERT_EQUAL(std::string("duration"), rows[1].type);
        CPPUNIT_ASSERT_EQUAL(std::string("2s"), rows[1].defaultText);
        CPPUNIT_ASSERT_EQUAL(std::string("0 to 1m"), rows[1].range);
        CPPUNIT_ASSERT(rows[2].required);
        CHECK(isEmpty(rows[2].defaultText));
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
