// tests/integration/generations_test.cpp - swapping plugins while clients stay: who keeps the old
// one, for how long, and what a bad new one leaves as it was.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "integration/answers_host.h"
#include "integration/attempts.h"
#include "support/check.h"

namespace berth::test {
namespace {

class GenerationsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GenerationsTest);
    CPPUNIT_TEST(tellsWhoKeepsAnOldGeneration);
    CPPUNIT_TEST(pinsNothingByARestart);
    CPPUNIT_TEST(waitsUntilTheOldGenerationIsGone);
    CPPUNIT_TEST(cutsAtTheEndOfKillAfter);
    CPPUNIT_TEST(cutsAtTheEndOfDrainTimeout);
    CPPUNIT_TEST(boundsTheClientsOfADrainThatAStartEnds);
    CPPUNIT_TEST(boundsAClientWhoseHeaderComesLate);
    CPPUNIT_TEST(boundsTheGenerationsOfAPlugin);
    CPPUNIT_TEST(keepsTheOldOneWhenTheNewOneFailsItsSelfTest);
    CPPUNIT_TEST(changesNothingWhenALoadedFileIsGone);
    CPPUNIT_TEST_SUITE_END();

public:
    void tellsWhoKeepsAnOldGeneration() {
        AnswersHost host("drain_timeout = 1m\n");
        auto old = host.client("one");
        auto other = host.client("one");
        const auto swapped = host.swap("answers_two");
        CHECK(startsWith(swapped, "OK"));
        CHECK(contains(swapped, "2 connections may finish"));
        const auto current = host.client("two");
        const auto pins = host->control("show pins answers");
        CHECK(contains(pins, "OK 2 connections keep an old generation"));
        CHECK(contains(pins, "generation 1"));
        CHECK(contains(pins, "6 in"));
        CHECK(contains(host->control("json show pins answers"), "\"connection\":1"));
        old.send("still\n");
        CPPUNIT_ASSERT_EQUAL(std::string("one still\n"), old.receiveUntil("\n"));
        CHECK(startsWith(host->control("show pins anwsers"), "ERR not-found"));
    }

    void pinsNothingByARestart() {
        AnswersHost host("drain_timeout = 1m\n");
        const auto old = host.client("one");
        const auto restarted = host->control("restart answers");
        CHECK(contains(restarted, "1 connection may finish"));
        const auto next = host.client("one");
        const auto pins = host->control("show pins answers");
        CHECK(contains(pins, "OK 0 connections"));
        CHECK(startsWith(host->control("wait drained answers 20s"), "OK"));
    }

    void waitsUntilTheOldGenerationIsGone() {
        AnswersHost host("drain_timeout = 1m\n");
        auto old = host.client("one");
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        const auto early = host->control("wait drained answers 100ms");
        CHECK(startsWith(early, "ERR timeout"));
        CHECK(contains(early, "show pins answers"));
        old.socket().close();
        CHECK(startsWith(host->control("wait drained answers 20s"), "OK"));
        CHECK(waitUntil([&] { return host.logged("answers 1.0.0, generation 1: unloaded"); }));
        CHECK(contains(host->control("show pins answers"), "OK 0 connections"));
    }

    void cutsAtTheEndOfKillAfter() {
        BerthdProcess host("[service:echo]\nlisten = 0\ndrain_timeout = 10m\n");
        auto old = host.connect("echo");
        old.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), old.receiveExactly(1));
        const auto file = host.folder() / "echo.so";
        std::filesystem::copy_file(std::string(BERTH_TEST_BINARY_DIR) + "/plugins/echo.so", file);
        const auto loaded = host.control("load " + file.string() + " kill-after 100ms");
        CHECK(startsWith(loaded, "OK loaded echo"));
        CPPUNIT_ASSERT_EQUAL(std::string(), old.receiveAll());
        CHECK(startsWith(host.control("load x.so kill-after soon"), "ERR bad-value"));
    }

    // Each reload made a new service object, and drained the clients of the one before.
    void changesNothingWhenALoadedFileIsGone() {
        const BerthdProcess host("[service:echo]\nlisten = 0\n");
        const auto file = host.folder() / "echo.so";
        std::filesystem::copy_file(std::string(BERTH_TEST_BINARY_DIR) + "/plugins/echo.so", file);
        CHECK(startsWith(host.control("load " + file.string()), "OK loaded echo"));
        std::filesystem::remove(file);
        const auto plan = host.control("reload plan");
        CHECK(startsWith(plan, "OK nothing would change"));
        const auto reload = host.control("reload");
        CHECK(startsWith(reload, "OK nothing to change"));
    }

    void cutsAtTheEndOfDrainTimeout() {
        AnswersHost host("drain_timeout = 100ms\n");
        auto old = host.client("one");
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        CPPUNIT_ASSERT_EQUAL(std::string(), old.receiveAll());
        CHECK(waitUntil([&] { return host.logged("cut 1 connection of an old service object"); }));
    }

    void boundsTheClientsOfADrainThatAStartEnds() {
        AnswersHost host("drain_timeout = 100ms\n");
        auto old = host.client("one");
        TcpClient draining(host->folder() / "control.sock");
        draining.send("drain answers 1m\n");
        CHECK(waitUntil([&] { return contains(host->control("services"), "draining"); }));
        const auto started = host->control("start answers");
        CHECK(contains(started, "1 connection may finish"));
        const auto served = host.client("one");
        const auto drained = draining.receiveUntil("\n.\n");
        CHECK(startsWith(drained, "ERR conflict"));
        CHECK(contains(drained, "it was started, which ended the drain"));
        CPPUNIT_ASSERT_EQUAL(std::string(), old.receiveAll());
    }

    // It keeps the old service object when the time is over, but is no connection of it yet.
    void boundsAClientWhoseHeaderComesLate() { CPPUNIT_ASSERT(inAFewAttempts(boundsALateHeader)); }

    // False when it came later than the host waits for one, which is five seconds.
    static bool boundsALateHeader() {
        const std::string header = "PROXY TCP4 192.0.2.1 192.0.2.2 1000 2000\r\n";
        AnswersHost host("drain_timeout = 100ms\nproxy_protocol = 127.0.0.1\n" +
                         AnswersHost::section("direct", "drain_timeout = 200ms\n"));
        const InTime inTime(std::chrono::seconds(4));
        auto late = host->connect("answers");
        auto accepted = host->connect("answers");  // after the first one
        accepted.send(header + "hello\n");
        if (!inTime()) return false;
        CPPUNIT_ASSERT_EQUAL(std::string("one hello\n"), accepted.receiveUntil("\n"));
        accepted.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string(), accepted.receiveAll());
        auto direct = host->connect("direct");
        direct.send("hello\n");
        CPPUNIT_ASSERT_EQUAL(std::string("one hello\n"), direct.receiveUntil("\n"));
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        CPPUNIT_ASSERT_EQUAL(std::string(), direct.receiveAll());  // its time ends later
        late.send(header + "hello\n");
        if (!inTime()) return false;
        CPPUNIT_ASSERT_EQUAL(std::string("one hello\n"), late.receiveUntil("\n"));
        CPPUNIT_ASSERT_EQUAL(std::string(), late.receiveAll());
        return true;
    }

    void boundsTheGenerationsOfAPlugin() {
        AnswersHost host("drain_timeout = 1m\n", "max_generations = 2\n");
        auto first = host.client("one");
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        const auto refused = host.swap("answers_one");
        CHECK(contains(refused, "max_generations allows no more"));
        const auto second = host.client("two");
        first.socket().close();
        CHECK(startsWith(host->control("wait drained answers 20s"), "OK"));
        CHECK(startsWith(host->control("reload"), "OK"));
        const auto third = host.client("one");
    }

    void keepsTheOldOneWhenTheNewOneFailsItsSelfTest() {
        AnswersHost host;
        const auto refused = host.swap("fails_self_test");
        CHECK(contains(refused, "failed its self-test: the data is not there"));
        const auto served = host.client("one");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GenerationsTest);

}  // namespace
}  // namespace berth::test
