// tests/integration/process_test.cpp - berthd as an operator starts and ends it.
#include <cppunit/extensions/HelperMacros.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>

#include "support/berthd_process.h"
#include "support/check.h"
#include "texts.h"

namespace berth::test {
namespace {

class ProcessTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProcessTest);
    CPPUNIT_TEST(endsWithZeroAfterTerm);
    CPPUNIT_TEST(drainsBeforeItEnds);
    CPPUNIT_TEST(stopsAtOnceAtTheSecondTerm);
    CPPUNIT_TEST(endsThoughAHandlerNeverDoes);
    CPPUNIT_TEST(checksWithoutBinding);
    CPPUNIT_TEST(tellsTheMistakesOfFilesAndPluginsAtOnce);
    CPPUNIT_TEST(refusesAnUnknownOptionWithUsage);
    CPPUNIT_TEST(refusesABrokenConfiguration);
    CPPUNIT_TEST(refusesAnAddressInUse);
    CPPUNIT_TEST(tellsAMistypedKeyThatNamesThePlugin);
    CPPUNIT_TEST(tellsMistakesBeforeItIsADaemon);
    CPPUNIT_TEST(servesAsADaemon);
    CPPUNIT_TEST(reloadsAtHup);
    CPPUNIT_TEST(opensItsLogAgainAtUsr1);
    CPPUNIT_TEST(writesAndRemovesItsPidfile);
    CPPUNIT_TEST_SUITE_END();

    const std::string echo_ = "[service:echo]\nlisten = 0\n";

    void endsWithZeroAfterTerm() {
        BerthdProcess host(echo_);
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
        CHECK(contains(host.output(), "host: stopped"));
    }

    void drainsBeforeItEnds() {
        BerthdProcess host(echo_ + "drain_timeout = 20s\n");
        auto client = host.connect("echo");
        client.send("one");
        CPPUNIT_ASSERT_EQUAL(std::string("one"), client.receiveExactly(3));
        host.signal(SIGTERM);
        CHECK(waitUntil([&] { return contains(host.output(), "host: draining"); }));
        client.send("two");
        CPPUNIT_ASSERT_EQUAL(std::string("two"), client.receiveExactly(3));
        client.finishSending();
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
    }

    void stopsAtOnceAtTheSecondTerm() {
        BerthdProcess host(echo_ + "drain_timeout = 10m\n");
        auto client = host.connect("echo");
        client.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
        host.signal(SIGTERM);
        CHECK(waitUntil([&] { return contains(host.output(), "host: draining"); }));
        host.signal(SIGINT);
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
        CHECK(contains(host.output(), "drained"));
    }

    // `stalls` waits for its connection to break; it is the drain that breaks it.
    void endsThoughAHandlerNeverDoes() {
        BerthdProcess host("[service:stalls]\nlisten = 0\ndrain_timeout = 100ms\n");
        auto client = host.connect("stalls");
        CHECK(waitUntil([&] { return contains(host.control("status"), "1 open"); }));
        host.signal(SIGTERM);
        CPPUNIT_ASSERT(host.wait().has_value());
    }

    void checksWithoutBinding() {
        BerthdProcess::Options options{.arguments = {"--check"}, .awaitReady = false};
        BerthdProcess host("[service:echo]\nlisten = 0\ngreting = hello\n", options);
        CPPUNIT_ASSERT_EQUAL(78, host.wait().value_or(-1));
        CHECK(contains(host.output(), "unknown key \"greting\""));
        CHECK(contains(host.output(), "did you mean \"greeting\""));
        CPPUNIT_ASSERT(!std::filesystem::exists(host.folder() / "control.sock"));
    }

    void tellsTheMistakesOfFilesAndPluginsAtOnce() {
        BerthdProcess host(
            "[service:echo]\nlisen = 0\n[service:threads_only]\nlisten = 0\nengine = fibers\n",
            {.awaitReady = false});
        CPPUNIT_ASSERT_EQUAL(78, host.wait().value_or(-1));
        for (const auto* text : {"the key \"listen\" is required", "unknown key \"lisen\"",
                                 "its plugin says threadsOnly"}) {
            CHECK(contains(host.output(), text));
        }
    }

    void refusesAnUnknownOptionWithUsage() {
        BerthdProcess::Options options{.arguments = {"--chekc"}, .awaitReady = false};
        BerthdProcess host(echo_, options);
        CPPUNIT_ASSERT_EQUAL(64, host.wait().value_or(-1));
        CHECK(contains(host.output(), "see berthd --help"));
    }

    void refusesABrokenConfiguration() {
        BerthdProcess host("[service:echo\nlisten = 0\n", {.awaitReady = false});
        CPPUNIT_ASSERT_EQUAL(78, host.wait().value_or(-1));
        CHECK(contains(host.output(), "berth.ini:"));
    }

    void refusesAnAddressInUse() {
        BerthdProcess first(echo_);
        const auto port = std::to_string(first.port("echo"));
        BerthdProcess second("[service:echo]\nlisten = " + port + "\n", {.awaitReady = false});
        CPPUNIT_ASSERT_EQUAL(69, second.wait().value_or(-1));
        CHECK(contains(second.output(), "127.0.0.1:" + port));
    }

    void tellsAMistypedKeyThatNamesThePlugin() {
        for (const std::string key : {"plugn", "plugins"}) {
            BerthdProcess host("[service:nobody]\nlisten = 0\n" + key + " = echo\n",
                               {.awaitReady = false});
            CPPUNIT_ASSERT_EQUAL(78, host.wait().value_or(-1));
            const auto output = host.output();
            CHECK(contains(output, "unknown key \"" + key + "\""));
            CHECK(contains(output, "did you mean \"plugin\"?"));
            CHECK(!contains(output, "no plugin offers"));
        }
    }

    void tellsMistakesBeforeItIsADaemon() {
        BerthdProcess host("[service:nobody]\nlisten = 0\n",
                           {.arguments = {"--daemon"}, .awaitReady = false});
        CPPUNIT_ASSERT_EQUAL(78, host.wait().value_or(-1));
        CHECK(contains(host.output(), "no plugin offers the kind \"nobody\""));
    }

    void servesAsADaemon() {
        BerthdProcess host(
            "[service:echo]\nlisten = 0\n",
            {.hostKeys = "log = berth.log", .arguments = {"--daemon"}, .awaitReady = false});
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
        const auto log = host.folder() / "berth.log";
        CPPUNIT_ASSERT(waitUntil([&] {
            return std::filesystem::exists(log) && contains(readFile(log), "is ready with");
        }));
        CHECK(startsWith(host.control("shutdown now"), "OK"));
        CHECK(waitUntil([&] { return contains(readFile(log), "stopped"); }));
    }

    void reloadsAtHup() {
        BerthdProcess host(echo_);
        host.configure(echo_ + "[service:greet]\nlisten = 0\n");
        host.signal(SIGHUP);
        CHECK(waitUntil([&] { return contains(host.output(), "reload: applied"); }));
        CPPUNIT_ASSERT_EQUAL(std::string("Thank you for connecting"),
                             host.connect("greet").receiveAll());
    }

    void opensItsLogAgainAtUsr1() {
        TemporaryFolder logs;
        const auto file = logs / "host.log";
        BerthdProcess::Options options{.hostKeys = "log = " + file.string() + "\n",
                                       .awaitReady = false};
        BerthdProcess host(echo_, options);
        CHECK(waitUntil([&] { return contains(readFile(file), "is ready with"); }));
        std::filesystem::rename(file, logs / "old.log");
        // The host waits for the log's writer for two seconds, and asks no second time.
        CHECK(waitUntil([&] {
            host.signal(SIGUSR1);
            return waitUntil([&] { return contains(readFile(file), "logs reopened"); },
                             std::chrono::seconds(4));
        }));
        CHECK(!contains(readFile(logs / "old.log"), "logs reopened"));
    }

    void writesAndRemovesItsPidfile() {
        TemporaryFolder folder;
        const auto file = folder / "berthd.pid";
        BerthdProcess host(echo_, {.arguments = {"--pidfile=" + file.string()}});
        CPPUNIT_ASSERT_EQUAL(host.pid(), static_cast<pid_t>(std::stol(readFile(file))));
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
        CPPUNIT_ASSERT(!std::filesystem::exists(file));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProcessTest);

}  // namespace
}  // namespace berth::test
