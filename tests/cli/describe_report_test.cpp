// tests/cli/describe_report_test.cpp - the settings of a kind, as text and as Markdown.
#include "cli/plugin/describe_report.h"

#include <cppunit/extensions/HelperMacros.h>

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "berth/unique_fd.h"
#include "cli/plugin/probe_text.h"
#include "support/check.h"

namespace berth::test {
namespace {

cli::KindDescription greeter() {
    return {.name = "greet",
            .threadsOnly = true,
            .fields = {{"message", "text", "Hello|there", "", "What is sent.", false},
                       {"count", "number", "", "1 to 9", "How often.", true}}};
}

class DescribeReportTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DescribeReportTest);
    CPPUNIT_TEST(alignsTheColumns);
    CPPUNIT_TEST(escapesMarkdown);
    CPPUNIT_TEST(saysWhenThereAreNoSettings);
    CPPUNIT_TEST(travelsBetweenProcessesUnchanged);
    CPPUNIT_TEST_SUITE_END();

public:
    void alignsTheColumns() {
        const UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
        const cli::Console console(null.value(), null.value());
        CPPUNIT_ASSERT_EQUAL(std::string("greet: runs on the threads engine only\n"
                                         "  KEY      TYPE    DEFAULT      RANGE\n"
                                         "  message  text    Hello|there  -\n"
                                         "      What is sent.\n"
                                         "  count    number  required     1 to 9\n"
                                         "      How often.\n"),
                             cli::describeText(console, greeter()));
    }

    void escapesMarkdown() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("### greet\n\nRuns on the threads engine only.\n\n"
                        "| Key | Type | Default | Range | What it does |\n|---|---|---|---|---|\n"
                        "| `message` | text | `Hello\\|there` |  | What is sent. |\n"
                        "| `count` | number | required | 1 to 9 | How often. |\n"),
            cli::describeMarkdown(greeter()));
    }

    void saysWhenThereAreNoSettings() {
        CHECK(endsWith(cli::describeMarkdown({.name = "x", .threadsOnly = false, .fields = {}}),
                       "No settings of its own.\n"));
    }

    void travelsBetweenProcessesUnchanged() {
        const cli::PluginProbe sent{{greeter()}, {"a \"problem\"\n"}, {"a warning"}};
        const auto received = cli::parseProbe(cli::formatProbe(sent));
        CHECK(received.problems == sent.problems);
        CHECK(received.warnings == sent.warnings);
        CPPUNIT_ASSERT_EQUAL(cli::describeMarkdown(sent.kinds.at(0)),
                             cli::describeMarkdown(received.kinds.at(0)));
        CPPUNIT_ASSERT_THROW(static_cast<void>(cli::parseProbe("garbage")), std::exception);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DescribeReportTest);

}  // namespace
}  // namespace berth::test
