// tests/integration/generations_test.cpp - swapping plugins while clients stay: who keeps the old
// one, for how long, and what a bad new one leaves as it was.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>

#include "support/berthd_process.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::string fixture(const std::string& name) {
    return std::string(BERTH_TEST_BINARY_DIR) + "/tests/fixtures/" + name + ".so";
}

std::string service(const std::string& keys = "") {
    return "[service:answers]\nplugin = " + fixture("answers_one") + "\nlisten = 0\n" + keys;
}

// A client that has its first answer, and so belongs to a generation.
TcpClient client(const BerthdProcess& host, const std::string& version) {
    auto client = host.connect("answers");
    client.send("hello\n");
    CPPUNIT_ASSERT_EQUAL(version + " hello\n", client.receiveUntil("\n"));
    return client;
}

class GenerationsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GenerationsTest);
    CPPUNIT_TEST(tellsWhoKeepsAnOldGeneration);
    CPPUNIT_TEST(waitsUntilTheOldGenerationIsGone);
    CPPUNIT_TEST(cutsAtTheEndOfKillAfter);
    CPPUNIT_TEST(cutsAtTheEndOfDrainTimeout);
    CPPUNIT_TEST(boundsTheGenerationsOfAPlugin);
    CPPUNIT_TEST(keepsTheOldOneWhenTheNewOneHangs);
    CPPUNIT_TEST(keepsTheOldOneWhenTheNewOneFailsItsSelfTest);
    CPPUNIT_TEST(endsThoughAPluginHangs);
    CPPUNIT_TEST(goesBackWhenTheNewOneFailsItsProbation);
    CPPUNIT_TEST(trustsTheNewOneAfterItsProbation);
    CPPUNIT_TEST_SUITE_END();

public:
    void tellsWhoKeepsAnOldGeneration() {
        Swapped host(service("drain_timeout = 1m\n"));
        auto old = client(*host, "one");
        auto other = client(*host, "one");
        const auto swapped = host.swap("answers_two");
        CPPUNIT_ASSERT_MESSAGE(swapped, swapped.starts_with("OK"));
        CPPUNIT_ASSERT_MESSAGE(swapped, contains(swapped, "2 connections may finish"));
        const auto current = client(*host, "two");
        const auto pins = host->control("show pins answers");
        CPPUNIT_ASSERT_MESSAGE(pins, contains(pins, "OK 2 connections keep an old generation"));
        CPPUNIT_ASSERT_MESSAGE(pins, contains(pins, "generation 1"));
        CPPUNIT_ASSERT_MESSAGE(pins, contains(pins, "6 in"));
        CPPUNIT_ASSERT(contains(host->control("json show pins answers"), "\"connection\":1"));
        old.send("still\n");
        CPPUNIT_ASSERT_EQUAL(std::string("one still\n"), old.receiveUntil("\n"));
        CPPUNIT_ASSERT(host->control("show pins anwsers").starts_with("ERR not-found"));
    }

    void waitsUntilTheOldGenerationIsGone() {
        Swapped host(service("drain_timeout = 1m\n"));
        auto old = client(*host, "one");
        CPPUNIT_ASSERT(host.swap("answers_two").starts_with("OK"));
        const auto early = host->control("wait drained answers 100ms");
        CPPUNIT_ASSERT_MESSAGE(early, early.starts_with("ERR timeout"));
        CPPUNIT_ASSERT_MESSAGE(early, contains(early, "show pins answers"));
        old.socket().close();
        CPPUNIT_ASSERT(host->control("wait drained answers 20s").starts_with("OK"));
        CPPUNIT_ASSERT(waitUntil(
            [&] { return contains(host->output(), "answers 1.0.0, generation 1: unloaded"); }));
        CPPUNIT_ASSERT(contains(host->control("show pins answers"), "OK 0 connections"));
    }

    void cutsAtTheEndOfKillAfter() {
        BerthdProcess host("[service:echo]\nlisten = 0\ndrain_timeout = 10m\n");
        auto old = host.connect("echo");
        old.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), old.receiveExactly(1));
        const auto file = host.folder() / "echo.so";
        std::filesystem::copy_file(std::string(BERTH_TEST_BINARY_DIR) + "/plugins/echo.so", file);
        const auto loaded = host.control("load " + file.string() + " kill-after 100ms");
        CPPUNIT_ASSERT_MESSAGE(loaded, loaded.starts_with("OK loaded echo"));
        CPPUNIT_ASSERT_EQUAL(std::string(), old.receiveAll());
        CPPUNIT_ASSERT(host.control("load x.so kill-after soon").starts_with("ERR bad-value"));
    }

    void cutsAtTheEndOfDrainTimeout() {
        Swapped host(service("drain_timeout = 100ms\n"));
        auto old = client(*host, "one");
        CPPUNIT_ASSERT(host.swap("answers_two").starts_with("OK"));
        CPPUNIT_ASSERT_EQUAL(std::string(), old.receiveAll());
        CPPUNIT_ASSERT(waitUntil(
            [&] { return contains(host->output(), "cut 1 connection of an old service object"); }));
    }

    void boundsTheGenerationsOfAPlugin() {
        Swapped host(service("drain_timeout = 1m\n"), "max_generations = 2\n");
        auto first = client(*host, "one");
        CPPUNIT_ASSERT(host.swap("answers_two").starts_with("OK"));
        const auto refused = host.swap("answers_one");
        CPPUNIT_ASSERT_MESSAGE(refused, contains(refused, "max_generations allows no more"));
        const auto second = client(*host, "two");
        first.socket().close();
        CPPUNIT_ASSERT(host->control("wait drained answers 20s").starts_with("OK"));
        CPPUNIT_ASSERT(host->control("reload").starts_with("OK"));
        const auto third = client(*host, "one");
    }

    void keepsTheOldOneWhenTheNewOneHangs() {
        Swapped host(service(), "load_timeout = 300ms\n");
        const auto refused = host.swap("hangs_in_create");
        CPPUNIT_ASSERT_MESSAGE(refused, contains(refused, "did not come back within 300ms"));
        const auto served = client(*host, "one");
    }

    void keepsTheOldOneWhenTheNewOneFailsItsSelfTest() {
        Swapped host(service());
        const auto refused = host.swap("fails_self_test");
        CPPUNIT_ASSERT_MESSAGE(refused,
                               contains(refused, "failed its self-test: the data is not there"));
        const auto served = client(*host, "one");
    }

    void endsThoughAPluginHangs() {
        Swapped host(service(), "load_timeout = 100ms\n");
        CPPUNIT_ASSERT(host.swap("hangs_in_create").starts_with("ERR"));
        host->signal(SIGTERM);
        CPPUNIT_ASSERT(host->wait().has_value());
    }

    void goesBackWhenTheNewOneFailsItsProbation() {
        Swapped host(service("probation = 100 connections | 10m\nprobation_failures = 2\n"));
        CPPUNIT_ASSERT(host.swap("fails_each_third").starts_with("OK"));
        int failures = 0;
        const auto wentBack = waitUntil([&] {
            auto next = host->connect("answers");
            next.send("hello\n");
            const auto answer = next.receiveUntil("\n");
            failures += answer.empty() ? 1 : 0;
            return answer == "one hello\n";
        });
        CPPUNIT_ASSERT(wentBack);
        CPPUNIT_ASSERT(failures >= 3);
        CPPUNIT_ASSERT_MESSAGE(host->output(), contains(host->output(), "went back to answers"));
        const auto services = host->control("services");
        CPPUNIT_ASSERT_MESSAGE(services, contains(services, "handlers failed during probation"));
        // The file is still there, but it had its chance.
        CPPUNIT_ASSERT(host->control("reload").starts_with("OK"));
        const auto still = client(*host, "one");
        CPPUNIT_ASSERT(host.swap("answers_two").starts_with("OK"));
        const auto next = client(*host, "two");
    }

    void trustsTheNewOneAfterItsProbation() {
        Swapped host(service("probation = 3 connections\n"));
        CPPUNIT_ASSERT(host.swap("answers_two").starts_with("OK"));
        for (int i = 0; i < 3; ++i) client(*host, "two").finishSending();
        CPPUNIT_ASSERT(waitUntil([&] {
            return contains(host->output(), "generation 2 passed its probation") &&
                   contains(host->output(), "generation 1: unloaded");
        }));
    }

private:
    // A host whose plugin lies beside its ini, where other versions take its place.
    class Swapped {
    public:
        explicit Swapped(const std::string& keys, const std::string& hostKeys = "")
            : host_(atPath(keys),
                    {.hostKeys = hostKeys, .beforeStart = [](const TemporaryFolder& folder) {
                         std::filesystem::copy_file(fixture("answers_one"), folder / "answers.so");
                     }}) {}

        [[nodiscard]] const BerthdProcess& operator*() const noexcept { return host_; }
        [[nodiscard]] BerthdProcess* operator->() noexcept { return &host_; }
        // The reply to the reload.
        std::string swap(const std::string& name) {
            std::filesystem::copy_file(fixture(name), host_.folder() / "new.so");
            std::filesystem::rename(host_.folder() / "new.so", host_.folder() / "answers.so");
            return host_.control("reload");
        }

    private:
        static std::string atPath(std::string keys) {
            keys.replace(keys.find(fixture("answers_one")), fixture("answers_one").size(),
                         "./answers.so");
            return keys;
        }

        BerthdProcess host_;
    };
};

CPPUNIT_TEST_SUITE_REGISTRATION(GenerationsTest);

}  // namespace
}  // namespace berth::test
