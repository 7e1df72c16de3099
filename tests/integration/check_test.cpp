// tests/integration/check_test.cpp - what `berthd --check` says of files that are wrong.
#include <cppunit/extensions/HelperMacros.h>
#include <sys/resource.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "integration/attempts.h"
#include "support/berthd_process.h"
#include "support/check.h"
#include "support/sanitized.h"
#include "texts.h"

namespace berth::test {
namespace {

class CheckTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CheckTest);
    CPPUNIT_TEST(tellsTheFirstOfManyMistakesAtOnce);
    CPPUNIT_TEST(blamesTheValueOfThePluginKey);
    CPPUNIT_TEST(tellsEveryWrongItemOfAPluginsList);
    CPPUNIT_TEST(showsNoNameThatDrivesATerminal);
    CPPUNIT_TEST(refusesAFileThatWasEmptied);
    CPPUNIT_TEST_SUITE_END();

    // Of those that have ended: however busy the machine is.
    static std::chrono::duration<double> cpuTimeOfChildren() {
        rusage used{};
        ::getrusage(RUSAGE_CHILDREN, &used);
        const auto seconds = [](const timeval& time) {
            return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
        };
        return seconds(used.ru_utime) + seconds(used.ru_stime);
    }

    // What it prints about a file that is no good.
    static std::string check(std::string_view services, BerthdProcess::Options options = {}) {
        options.arguments = {"--check"};
        options.awaitReady = false;
        BerthdProcess host(services, options);
        CPPUNIT_ASSERT_EQUAL(78, host.wait(std::chrono::seconds(scaled(20, 200))).value_or(-1));
        return host.output();
    }

    void tellsTheFirstOfManyMistakesAtOnce() {
        std::string text = "[service:echo]\nlisten = 0\n";
        for (int i = 0; i < 40'000; ++i) {
            text += "max_conection_" + std::to_string(i) + " = " + std::string(70, 'x') + "\n";
        }
        const std::chrono::seconds most(scaled(4, 60));
        std::chrono::duration<double> used{};
        std::string output;
        static_cast<void>(inAFewAttempts([&] {
            const auto before = cpuTimeOfChildren();
            output = check(text);
            used = cpuTimeOfChildren() - before;
            return used < most;
        }));
        CHECK(used < most);
        CHECK(output.size() < 32'000);
        CHECK(contains(output, "and 39950 more errors"));
    }

    void blamesTheValueOfThePluginKey() {
        const auto output = check("[service:a]\nplugin = ecko\nlisten = 0\n");
        CHECK(contains(output, ":10: error: service \"a\": no plugin"));
        CHECK(contains(output, "did you mean \"echo\"?"));
        CHECK(contains(output, "| plugin = ecko\n     |          ^~~~"));
    }

    void tellsEveryWrongItemOfAPluginsList() {
        const auto output = check("[service:a]\nplugin = echo\nlisten = 0, nowhere, 70000\n");
        CHECK(contains(output, ":13: error: \"nowhere\" is neither"));
        CHECK(contains(output, ":22: error: the port 70000 is out"));
    }

    void showsNoNameThatDrivesATerminal() {
        const auto output =
            check("", {.hostKeys = "include = conf.d/*.ini\n",
                       .beforeStart = [](const TemporaryFolder& folder) {
                           folder.write("conf.d/a\x1b[2J\nb.ini", "junk\n");
                           folder.write("conf.d/c\xc2\x9b.ini", "[service:\xc2\x9b]\n");
                       }});
        CHECK(!contains(output, "\x1b"));
        CHECK(!contains(output, "\xc2\x9b"));
        CHECK(contains(output, "conf.d/a\\x1b[2J\\x0ab.ini:1:1: error"));
    }

    void refusesAFileThatWasEmptied() {
        const auto output = check("", {.beforeStart = [](const TemporaryFolder& folder) {
                                      folder.write("berth.ini", "");
                                  }});
        CHECK(contains(output, "berth.ini: error: the file has no section"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CheckTest);

}  // namespace
}  // namespace berth::test
