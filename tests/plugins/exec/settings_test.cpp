// tests/plugins/exec/settings_test.cpp - the ini keys of exec and their error texts.
#include <cppunit/extensions/HelperMacros.h>
#include <unistd.h>

#include "exec/identity.h"
#include "exec/settings.h"
#include "exec_fixture.h"
#include "support/check.h"

namespace berth::test {
namespace {

// `VALUE` with the wrong bytes in »«, then the message and the suggestion.
std::string shown(const std::string& value, const SettingIssue& issue) {
    const auto end = issue.length == 0 ? value.size() : issue.offset + issue.length;
    auto text = value.substr(0, issue.offset) + "»" +
                value.substr(issue.offset, end - issue.offset) + "«" + value.substr(end) + ": " +
                issue.message;
    if (!issue.suggestion.empty()) text += "; " + issue.suggestion;
    return text;
}

// What is wrong with `key = value`; empty when nothing is.
std::string problem(const std::string& key, const std::string& value) {
    const auto issues = PluginUnderTest("exec").check("exec", {{"directory", "/"}, {key, value}});
    if (issues.empty()) return {};
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issues.size());
    return shown(value, issues.front());
}

// A service of its own whose settings include those of commands.
struct OtherSettings : exec::Settings {
    std::string banner = "hello";

    static void describe(Schema<OtherSettings>& schema) {
        schema.field<std::filesystem::path>("directory", &Settings::directory, "Where it works.");
        schema.field("banner", &OtherSettings::banner, "Sent first.");
        exec::Settings::describeCommands(schema);
    }
};

class SettingsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettingsTest);
    CPPUNIT_TEST(acceptsTheFormsOfTheDocumentation);
    CPPUNIT_TEST(pointsAtWhatIsWrongInATemplate);
    CPPUNIT_TEST(refusesProgramsThatCannotRun);
    CPPUNIT_TEST(refusesNamesOfBuiltInCommands);
    CPPUNIT_TEST(refusesOtherWrongValues);
    CPPUNIT_TEST(refusesEmptyValues);
    CPPUNIT_TEST(keepsItsSecrets);
    CPPUNIT_TEST(boundsTheNumberOfCommands);
    CPPUNIT_TEST(tellsWhyAnotherUserCannotBeLookedUp);
    CPPUNIT_TEST(requiresADirectoryThatExists);
    CPPUNIT_TEST(resolvesTheDirectoryFromTheFileItIsIn);
    CPPUNIT_TEST(needsRootToChangeTheUser);
    CPPUNIT_TEST(lendsItsKeysToAnotherService);
    CPPUNIT_TEST_SUITE_END();

public:
    void acceptsTheFormsOfTheDocumentation() {
        for (const auto* value :
             {"/usr/bin/dir {path?}", "/usr/bin/dir {path?:path}", "/usr/bin/dir {path:path?}",
              "/usr/bin/dir", "  /usr/bin/dir\t-l ", "/usr/bin/dir {a} {b?} {c...}",
              "/usr/bin/dir {names...:path}", "/usr/bin/dir {names:path...}",
              "/usr/bin/dir --width={n:int?}", "/usr/bin/dir {a}:{b}",
              "/usr/bin/dir {d:/[0-9]{4}-[0-9]{2}/}", "/usr/bin/dir {p:/a\\/b c/?}",
              "/usr/bin/dir '{print $1}' \"a|b\" \\; ''"}) {
            CPPUNIT_ASSERT_EQUAL(std::string(), problem("command.x", value));
        }
    }

    void pointsAtWhatIsWrongInATemplate() {
        const std::vector<std::pair<std::string, std::string>> cases{
            {"", "»«: names no program; begin with a path such as /usr/bin/dir"},
            {"dir -l",
             "»dir« -l: the program must be an absolute path: no search path is used; write "
             "/usr/bin/dir or where it is"},
            {"{x}",
             "»{x}«: the program cannot come from a client; begin with a path such as "
             "/usr/bin/dir"},
            {"/bin/{x}",
             "»/bin/{x}«: the program cannot come from a client; begin with a path "
             "such as /usr/bin/dir"},
            {"/usr/bin/dir {x", "/usr/bin/dir »{x«: the placeholder is never closed; add a }"},
            {"/usr/bin/dir {}",
             "/usr/bin/dir »{«}: a placeholder begins with a name; write "
             "{name}, or quote a brace that is meant as it is"},
            {"/usr/bin/dir {x y}", "/usr/bin/dir {x» «y}: a placeholder ends here with }"},
            {"/usr/bin/dir {x:}",
             "/usr/bin/dir {x:»}«: unknown type \"\": it is existing, int, path, text or "
             "/REGEX/"},
            {"/usr/bin/dir {x:pth}",
             "/usr/bin/dir {x:»pth«}: unknown type \"pth\": it is existing, int, "
             "path, text or /REGEX/; did you mean \"path\"?"},
            {"/usr/bin/dir {x?:int?}",
             "/usr/bin/dir {x?:int»?«}: a placeholder has one ? or ... only"},
            {"/usr/bin/dir {x:/a}",
             "/usr/bin/dir {x:»/a}«: the regular expression is never closed; add a /"},
            {"/usr/bin/dir {x} {x}", "/usr/bin/dir {x} »{x}«: the name \"x\" is taken twice"},
            {"/usr/bin/dir {x?} {y}",
             "/usr/bin/dir {x?} »{y}«: a required placeholder cannot "
             "follow an optional one; put {y} first"},
            {"/usr/bin/dir {x...} {y?}",
             "/usr/bin/dir {x...} »{y?}«: nothing is left for a placeholder after ..."},
            {"/usr/bin/dir -a{x...}",
             "/usr/bin/dir »-a{x...}«: a placeholder with ... is a word of its own"},
            {"/usr/bin/dir | wc",
             "/usr/bin/dir »|« wc: no shell runs, so | does nothing; quote "
             "it if the program is to get it"},
            {"/usr/bin/dir $HOME",
             "/usr/bin/dir »$«HOME: no shell runs, so $ does nothing; "
             "quote it if the program is to get it"},
            {"/usr/bin/dir x}",
             "/usr/bin/dir x»}«: no { opens this }; quote it if the program is to get it"},
            {"/usr/bin/dir 'x", "/usr/bin/dir »'x«: the quote is never closed"},
            {"/usr/bin/dir \\", "/usr/bin/dir »\\«: nothing follows the backslash"}};
        for (const auto& [value, expected] : cases) {
            CPPUNIT_ASSERT_EQUAL(expected, problem("command.x", value));
        }
        // The reason is in the words of PCRE, or of PCRE2.
        CHECK(startsWith(problem("command.x", "/usr/bin/dir {x:/(/}"),
                         "/usr/bin/dir {x:»/(/«}: is no regular expression: missing "));
    }

    void refusesProgramsThatCannotRun() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("»/no/such/program« -x: the program /no/such/program does not exist"),
            problem("command.x", "/no/such/program -x"));
        CPPUNIT_ASSERT_EQUAL(std::string("»/etc/passwd«: /etc/passwd is not a program that the "
                                         "host may run; it must be a file with execute permission"),
                             problem("command.x", "/etc/passwd"));
        CPPUNIT_ASSERT_EQUAL(std::string("»/usr/bin«: /usr/bin is not a program that the host may "
                                         "run; it must be a file with execute permission"),
                             problem("command.x", "/usr/bin"));
    }

    void refusesNamesOfBuiltInCommands() {
        for (const std::string name : {"cd", "exit", "help", "pwd"}) {
            CPPUNIT_ASSERT_EQUAL(
                "»/usr/bin/dir«: \"" + name + "\" is built in; choose another name",
                problem("command." + name, "/usr/bin/dir"));
        }
    }

    void refusesOtherWrongValues() {
        CPPUNIT_ASSERT_EQUAL(std::string("A=1, »2B«=x: is no variable: write NAME=VALUE, or NAME "
                                         "to pass the host's value on"),
                             problem("environment", "A=1, 2B=x"));
        for (const auto* value : {"8", "-1", "1777", "rw", ""}) {
            CHECK(contains(problem("umask", value), "is no file mode mask"));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("»nobody-here«: there is no user \"nobody-here\""),
                             problem("run_as", "nobody-here"));
        CPPUNIT_ASSERT_EQUAL(std::string("»root:no-group«: there is no group \"no-group\""),
                             problem("run_as", "root:no-group"));
        for (const auto& [key, value] : Values{{"framing", "frame"},
                                               {"timeout", "0"},
                                               {"max_line", "1M"},
                                               {"max_concurrent", "0"},
                                               {"nice", "20"},
                                               {"nice", "-1"}}) {
            CPPUNIT_ASSERT_MESSAGE(key, !problem(key, value).empty());
        }
    }

    // Such as from `run_as = ${env:NAME}`: commands would run as the host does.
    void refusesEmptyValues() {
        for (const auto* key :
             {"run_as", "directory", "command.x", "umask", "framing", "timeout"}) {
            const auto issues = PluginUnderTest("exec").check("exec", {{key, ""}});
            CPPUNIT_ASSERT_MESSAGE(key, !issues.empty());
        }
        CPPUNIT_ASSERT_EQUAL(std::string("»«: the value is empty; write one, or remove the key"),
                             problem("run_as", ""));
        CPPUNIT_ASSERT_EQUAL(std::string("» «: the value is empty; write one, or remove the key"),
                             problem("run_as", " "));
        CPPUNIT_ASSERT_EQUAL(std::string(), problem("environment", ""));
    }

    void keepsItsSecrets() {
        const auto fields = Schema<exec::Settings>().descriptions();
        CPPUNIT_ASSERT(isSecret(fields, "environment"));
        CPPUNIT_ASSERT(isSecret(fields, "command.dump"));
        CPPUNIT_ASSERT(!isSecret(fields, "directory"));
        CPPUNIT_ASSERT(!isSecret(fields, "commander"));
    }

    void boundsTheNumberOfCommands() {
        Values values{{"directory", "/"}};
        for (int i = 0; i < 300; ++i)
            values.emplace_back("command.c" + std::to_string(i), "/bin/ls");
        const auto issues = PluginUnderTest("exec").check("exec", values);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issues.size());
        CPPUNIT_ASSERT_EQUAL(std::string("there are more than 256 keys command.NAME"),
                             issues.front().message);
    }

    void tellsWhyAnotherUserCannotBeLookedUp() {
        const auto identity = [] {
            const NoMoreDescriptors none;
            return exec::findIdentity("daemon");
        }();
        CPPUNIT_ASSERT_EQUAL(std::string("cannot look up \"daemon\": Too many open files"),
                             std::get<std::string>(identity));
    }

    void requiresADirectoryThatExists() {
        const PluginUnderTest plugin("exec");
        CPPUNIT_ASSERT_EQUAL(std::string("the key \"directory\" is required"),
                             plugin.check("exec", {}).at(0).message);
        CPPUNIT_ASSERT_EQUAL(std::string("/etc/passwd is not a directory"),
                             plugin.check("exec", {{"directory", "/etc/passwd"}}).at(0).message);
    }

    void resolvesTheDirectoryFromTheFileItIsIn() {
        const PluginUnderTest plugin("exec");
        CHECK(isEmpty(plugin.check("exec", {{"directory", "bin"}}, "/usr")));
        CPPUNIT_ASSERT(!plugin.check("exec", {{"directory", "no-bin"}}, "/usr").empty());
    }

    void needsRootToChangeTheUser() {
        const PluginUnderTest plugin("exec");
        testing::TestContext context;
        const auto original = ::geteuid();
        if (original == 0) CPPUNIT_ASSERT_EQUAL(0, ::seteuid(65534));
        std::string message;
        try {
            static_cast<void>(
                plugin.create("exec", {{"directory", "/"}, {"run_as", "nobody"}}, context));
        } catch (const std::runtime_error& error) {
            message = error.what();
        }
        CPPUNIT_ASSERT_EQUAL(0, ::seteuid(original));
        CPPUNIT_ASSERT_EQUAL(
            std::string("run_as = nobody needs a host that root started; start it as root, or "
                        "remove run_as and start it as that user"),
            message);
    }

    void lendsItsKeysToAnotherService() {
        std::vector<SettingIssue> issues;
        const auto settings = parseSettings<OtherSettings>({{"banner", "hi", "."},
                                                            {"directory", "/", "."},
                                                            {"timeout", "5s", "."},
                                                            {"command.x", "/usr/bin/dir", "."},
                                                            {"environment", "A=1", "."}},
                                                           issues);
        CHECK(isEmpty(issues));
        CPPUNIT_ASSERT_EQUAL(std::string("hi"), settings.banner);
        CHECK(settings.timeout == std::chrono::seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::string("/usr/bin/dir"), settings.commands.at("x").program());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, settings.environment.size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsTest);

}  // namespace
}  // namespace berth::test
