// tests/cli/terminal_process_test.cpp - bars and colours appear on terminals, and only there.
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "cli/tool_process.h"
#include "cli/upload_service.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

ToolOptions terminal(std::vector<std::string> environment = {}) {
    ToolOptions options;
    options.terminal = true;
    options.environment = std::move(environment);
    return options;
}

class TerminalProcessTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TerminalProcessTest);
    CPPUNIT_TEST(drawsABarAndWipesIt);
    CPPUNIT_TEST(drawsNoBarWhenQuiet);
    CPPUNIT_TEST(paintsErrorsAndHeadings);
    CPPUNIT_TEST(respectsNoColor);
    CPPUNIT_TEST(paintsStatesOfServices);
    CPPUNIT_TEST(masksControlCharactersOfTheHost);
    CPPUNIT_TEST_SUITE_END();

public:
    void drawsABarAndWipesIt() {
        const UploadService service;
        const auto file = folder_.write("big.bin", std::string(2'000'000, 'x')).string();
        const auto result = runTerminal({"put", file, service.address()});
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CHECK(contains(result.out, "\r\x1b[Kbig.bin"));
        CHECK(contains(result.out, "100% ["));
        const auto wiped = result.out.rfind("\r\x1b[K");
        CHECK(contains(result.out.substr(wiped), "big.bin: 1.9 MiB stored"));
    }

    void drawsNoBarWhenQuiet() {
        const UploadService service;
        const auto file = folder_.write("a", "x").string();
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             runTerminal({"put", "-q", file, service.address()}).out);
        CHECK(!contains(runTerminal({"put", "-j", file, service.address()}).out, "\x1b"));
    }

    void paintsErrorsAndHeadings() {
        CHECK(contains(runTerminal({"put"}).out, "\x1b[31mberth:\x1b[0m put: give files"));
        CHECK(contains(runTerminal({"help"}).out, "\x1b[1mUsage:\x1b[0m"));
        CHECK(!contains(runTool({"help"}).out, "\x1b"));
        CHECK(!contains(runTool({"put"}).err, "\x1b"));
    }

    void respectsNoColor() {
        CHECK(!contains(runTerminal({"help"}, {"NO_COLOR=1"}).out, "\x1b"));
        CHECK(contains(runTerminal({"help"}, {"NO_COLOR="}).out, "\x1b"));
        CHECK(!contains(runTerminal({"help"}, {"TERM=dumb"}).out, "\x1b"));
    }

    void paintsStatesOfServices() {
        const auto result = askHost("OK 1 service\na  serving  7001\n.\n");
        CHECK(contains(result.out, "a  \x1b[32mserving\x1b[0m  7001"));
        CHECK(contains(askHost("OK 1 service\na  hanging  7001\n.\n").out,
                       "a  \x1b[31mhanging\x1b[0m  7001"));
    }

    void masksControlCharactersOfTheHost() {
        CHECK(contains(askHost("OK x\n\x1b[2Jevil\n.\n").out, "^[[2Jevil"));
        CHECK(contains(askHost("ERR no \x1b[2Jevil\n.\n").out, "^[[2Jevil"));
    }

private:
    static ToolResult runTerminal(const std::vector<std::string>& words,
                                  std::vector<std::string> environment = {}) {
        ToolProcess tool(words, terminal(std::move(environment)));
        return tool.wait();
    }

    ToolResult askHost(const std::string& answer) const {
        const auto path = folder_ / "c.sock";
        std::filesystem::remove(path);
        const FakeServer server(
            [&answer](FakeClient& client) {
                static_cast<void>(client.readLine());
                client.write(answer);
                static_cast<void>(client.readToEnd());
            },
            path);
        return runTerminal({"status", "-c", "unix:" + path.string()});
    }

    TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TerminalProcessTest);

}  // namespace
}  // namespace berth::test
