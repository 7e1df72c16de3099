// tests/plugins/exec/injection_test.cpp - what a shell would act on reaches a program as plain
// text.
#include <cppunit/extensions/HelperMacros.h>

#include "berth/words.h"
#include "exec_fixture.h"
#include "support/check.h"

namespace berth::test {
namespace {

class InjectionTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(InjectionTest);
    CPPUNIT_TEST(passesShellSyntaxOnUnchanged);
    CPPUNIT_TEST(passesLongArgumentsOnUnchanged);
    CPPUNIT_TEST(actsOnNoUnquotedShellSyntax);
    CPPUNIT_TEST(refusesControlCharacters);
    CPPUNIT_TEST(refusesOptionsThatTheTemplateDoesNotAllow);
    CPPUNIT_TEST(passesDashesWhereTheTemplateAllowsThem);
    CPPUNIT_TEST(endsAnArgumentAtTheLine);
    CPPUNIT_TEST(runsNothingAsShipped);
    CPPUNIT_TEST(runsNoProgramByItsPath);
    CPPUNIT_TEST_SUITE_END();

public:
    void passesShellSyntaxOnUnchanged() {
        ExecFixture exec;
        const auto marker = (exec.root() / "marker").string();
        const std::vector<std::string> corpus{"; touch " + marker,
                                              "$(touch " + marker + ")",
                                              "`touch " + marker + "`",
                                              "&& touch " + marker,
                                              "| tee " + marker,
                                              "> " + marker,
                                              "x\\",
                                              "*",
                                              "?",
                                              "[a-z]*",
                                              "~",
                                              "$HOME",
                                              "${HOME}",
                                              "${env:HOME}",
                                              "%s%n",
                                              "{action}",
                                              "a\tb",
                                              "'",
                                              "\"",
                                              "!!",
                                              "#",
                                              "\xff\xfe",
                                              "\xe6\xac\xa2",
                                              ""};
        for (const auto& text : corpus) {
            const auto reply = exec.askOne("probe args " + quoteWord(text));
            CPPUNIT_ASSERT_EQUAL('[' + text + "]\n", reply.out);
            CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), reply.closing);
        }
        CPPUNIT_ASSERT(!std::filesystem::exists(marker));
    }

    void passesLongArgumentsOnUnchanged() {
        ExecFixture exec(Values{{"max_line", "64K"}});
        const std::string text(60'000, '$');
        CPPUNIT_ASSERT_EQUAL('[' + text + "]\n", exec.askOne("probe args '" + text + "'").out);
    }

    void actsOnNoUnquotedShellSyntax() {
        ExecFixture exec;
        CPPUNIT_ASSERT_EQUAL(std::string("[a;]\n[touch]\n[marker]\n[$(x)]\n[`y`]\n[>z]\n[&]\n"),
                             exec.askOne("probe args a; touch marker $(x) `y` >z &").out);
        CPPUNIT_ASSERT(std::filesystem::is_empty(exec.root()));
    }

    void refusesControlCharacters() {
        ExecFixture exec;
        for (const char control : {'\0', '\x01', '\x1b', '\x7f', '\v'}) {
            const auto reply = exec.askOne(std::string("probe args 'a") + control + "b'");
            CPPUNIT_ASSERT_EQUAL(
                std::string("error bad-request a control character is not allowed (byte 14)"),
                reply.closing);
        }
    }

    void refusesOptionsThatTheTemplateDoesNotAllow() {
        ExecFixture exec(
            Values{{"command.show", EXEC_PROBE " args {file:path} {count:int?} {n?:/.*/}"}});
        for (const auto* request : {"show -rf", "show '-rf'", "show \\-rf", "show --help", "show -",
                                    "show x -1", "show x 1 -v", "probe -x", "probe args ok -x"}) {
            const auto closing = exec.askOne(request).closing;
            CPPUNIT_ASSERT_MESSAGE(closing, closing.starts_with("error bad-arguments -") &&
                                                closing.find("dash") != std::string::npos);
        }
    }

    void passesDashesWhereTheTemplateAllowsThem() {
        ExecFixture exec(
            Values{{"command.after", EXEC_PROBE " args -- {rest...}"},
                   {"command.attached", EXEC_PROBE " args --name={name} -n{count:int}"},
                   {"command.pattern", EXEC_PROBE " args {level:/-[0-9]/}"},
                   {"command.here", EXEC_PROBE " args {file:path}"}});
        CPPUNIT_ASSERT_EQUAL(std::string("[--]\n[-rf]\n[--]\n"), exec.askOne("after -rf --").out);
        CPPUNIT_ASSERT_EQUAL(std::string("[--name=-x]\n[-n-5]\n"),
                             exec.askOne("attached -x -5").out);
        CPPUNIT_ASSERT_EQUAL(std::string("[-9]\n"), exec.askOne("pattern -9").out);
        CHECK(startsWith(exec.askOne("pattern -99").closing, "error bad-arguments"));
        CPPUNIT_ASSERT_EQUAL(std::string("[./-rf]\n"), exec.askOne("here ./-rf").out);
        CPPUNIT_ASSERT_EQUAL(std::string("[./-rf]\n"), exec.askOne("here /-rf").out);
    }

    void endsAnArgumentAtTheLine() {
        const auto replies = ExecFixture().ask({"probe args 'a", "b'"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, replies.size());
        CHECK(startsWith(replies[0].closing, "error bad-request"));
        CHECK(startsWith(replies[1].closing, "error bad-request"));
    }

    void runsNothingAsShipped() {
        TemporaryFolder folder;
        testing::TestContext context;
        const PluginUnderTest plugin("exec");
        const auto service =
            plugin.create("exec", {{"directory", folder.path().string()}}, context);
        testing::LoopbackConnection client;
        client.send("ls\nsh -c id\nhelp x\nexit\n");
        service->handle(client);
        for (const auto& reply : parseFrames(client.received())) {
            CPPUNIT_ASSERT(reply.closing.starts_with("error ") || reply.closing == "exit 0");
            CPPUNIT_ASSERT_EQUAL(std::string(), reply.out);
        }
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, context.counter("commands_run", "").value());
    }

    void runsNoProgramByItsPath() {
        ExecFixture exec;
        for (const auto* request : {"/bin/sh", "../bin/sh", "./probe", "command.probe", "PROBE"}) {
            CHECK(startsWith(exec.askOne(request).closing, "error unknown-command"));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InjectionTest);

}  // namespace
}  // namespace berth::test
