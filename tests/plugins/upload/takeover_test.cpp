// tests/plugins/upload/takeover_test.cpp - who has a name, when another one wants it.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <string>

#include "berth/errors.h"
#include "support/check.h"
#include "upload/silence.h"
#include "upload_fixture.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;

class TakeoverTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TakeoverTest);
    CPPUNIT_TEST(aNewerConnectionGoesOnForASilentOne);
    CPPUNIT_TEST(aNewerConnectionStartsOverForASilentOne);
    CPPUNIT_TEST(anotherServiceOnTheFolderTakesOver);
    CPPUNIT_TEST(nobodyTakesOverFromOneWhoSends);
    CPPUNIT_TEST(nobodyTakesOverWithAnotherFile);
    CPPUNIT_TEST(aNameIsFreeBeforeTheAnswer);
    CPPUNIT_TEST(aRefusedPutKeepsNobodyOut);
    CPPUNIT_TEST(keepsTheIdleTimeout);
    CPPUNIT_TEST_SUITE_END();

    static std::string offset(std::uint64_t bytes) {
        return R"(,"offset":)" + std::to_string(bytes) + kAck;
    }

    // Sends half of the body and goes silent.
    static void sendHalf(LiveClient& client, UploadFixture& fixture, const std::string& body,
                         const std::string& extra = {}) {
        client.send(putHeader("a", body.size(), extra));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), client.reply().outcome());
        const auto half = body.size() / 2;
        client.send(body.substr(0, half));
        CPPUNIT_ASSERT(waitUntil([&] {
            std::error_code missing;
            return std::filesystem::file_size(fixture.part("a"), missing) == half && !missing;
        }));
    }

    static void expectTakenOver(LiveClient& client, std::uint64_t stored) {
        const auto reply = client.reply();
        CPPUNIT_ASSERT_EQUAL(std::string("409 taken-over"), reply.outcome());
        CPPUNIT_ASSERT_EQUAL(stored, reply.number("offset"));
        client.finishSending();
        CPPUNIT_ASSERT(client.waitForEnd());
    }

public:
    void aNewerConnectionGoesOnForASilentOne() {
        UploadFixture fixture;
        for (const std::size_t size : {100U, 4'000'000U}) {
            for (const auto& extra : {std::string(), kAck}) {
                const auto body = someBytes(size, 3);
                LiveClient old(fixture);
                sendHalf(old, fixture, body, extra);
                const auto half = size / 2;
                CPPUNIT_ASSERT_EQUAL(
                    std::string("200, 201"),
                    fixture.outcomes({putHeader("a", size, offset(half)), body.substr(half)}));
                expectTakenOver(old, half);
                CHECK(body == fixture.content("a"));
                std::filesystem::remove(fixture.folder() / "a");
            }
        }
    }

    void aNewerConnectionStartsOverForASilentOne() {
        UploadFixture fixture;
        const auto body = someBytes(1'000, 3);
        LiveClient old(fixture);
        sendHalf(old, fixture, body);
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201"),
                             fixture.outcomes({putHeader("a", body.size(), kAck), body}));
        expectTakenOver(old, 500);
        CHECK(body == fixture.content("a"));
    }

    void anotherServiceOnTheFolderTakesOver() {
        UploadFixture first;
        UploadFixture second(Values{{"directory", first.folder().path().string()}});
        const auto body = someBytes(1'000, 3);
        LiveClient old(first);
        sendHalf(old, first, body);
        CPPUNIT_ASSERT(second.talk({statHeader("a")}).at(0).flag("busy"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("200, 201"),
            second.outcomes({putHeader("a", body.size(), offset(500)), body.substr(500)}));
        expectTakenOver(old, 500);
        CHECK(body == first.content("a"));
    }

    // Where the machine stops this process for a second, the sender is a silent one; then it is
    // tried again.
    void nobodyTakesOverFromOneWhoSends() {
        for (int attempt = 0; attempt < 5; ++attempt) {
            UploadFixture fixture;
            if (sendsInSpiteOfARival(fixture)) return;
        }
        CPPUNIT_FAIL("the sender was silent for too long each time");
    }

    // False when the sender was silent for so long that it had to yield.
    static bool sendsInSpiteOfARival(UploadFixture& fixture) {
        const auto body = someBytes(100'000, 3);
        LiveClient sender(fixture);
        auto last = std::chrono::steady_clock::now();
        std::chrono::nanoseconds silence{0};
        const auto noteSilence = [&] {
            const auto now = std::chrono::steady_clock::now();
            silence = std::max<std::chrono::nanoseconds>(silence, now - last);
            last = now;
        };
        sender.send(putHeader("a", body.size(), kAck));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), sender.reply().outcome());
        std::size_t sent = 0;
        auto rival = std::async(std::launch::async, [&] {
            return fixture.outcomes({putHeader("a", body.size(), kAck), body});
        });
        while (rival.wait_for(20ms) != std::future_status::ready) {
            sender.send(body.substr(sent, 100));
            sent += 100;
            noteSilence();
        }
        noteSilence();
        const auto outcome = rival.get();
        if (outcome != "423 busy" && silence >= upload::kSilence) return false;
        CPPUNIT_ASSERT_EQUAL(std::string("423 busy"), outcome);
        sender.send(body.substr(sent));
        CPPUNIT_ASSERT_EQUAL(std::string("201"), sender.reply().outcome());
        CHECK(body == fixture.content("a"));
        return true;
    }

    void nobodyTakesOverWithAnotherFile() {
        UploadFixture fixture;
        const auto body = someBytes(100, 3);
        const auto digest = [](const std::string& of) {
            return R"(,"sha256":")" + sha256Of(of) + "\"";
        };
        LiveClient old(fixture);
        sendHalf(old, fixture, body, digest(body) + kAck);
        for (const auto& header : {putHeader("a", 99), putHeader("a", 100, digest("other")),
                                   putHeader("a", 100, offset(49))}) {
            CPPUNIT_ASSERT_EQUAL(std::string("423 busy"), fixture.outcomes({header}));
        }
        old.send(body.substr(50));
        CPPUNIT_ASSERT_EQUAL(std::string("201"), old.reply().outcome());
    }

    void aNameIsFreeBeforeTheAnswer() {
        UploadFixture fixture(Values{{"overwrite", "on"}});
        for (int i = 0; i < 200; ++i) {
            LiveClient client(fixture);
            client.send(putHeader("a", 3, kAck) + "abc");
            CPPUNIT_ASSERT_EQUAL(std::string("200"), client.reply().outcome());
            CPPUNIT_ASSERT_EQUAL(std::string("201"), client.reply().outcome());
            CPPUNIT_ASSERT(!fixture.talk({statHeader("a")}).at(0).has("busy"));
            CPPUNIT_ASSERT(!std::filesystem::exists(fixture.folder() / ".berth-upload/states/a"));
        }
    }

    void aRefusedPutKeepsNobodyOut() {
        UploadFixture fixture;
        fixture.folder().write("a", "there");
        std::atomic<bool> stop{false};
        auto refused = std::async(std::launch::async, [&] {
            int count = 0;
            while (!stop) {
                count += fixture.outcomes({putHeader("a", 0, kAck)}) == "409 exists" ? 1 : 0;
            }
            return count;
        });
        for (int i = 0; i < 200; ++i) {
            CPPUNIT_ASSERT(!fixture.talk({statHeader("a")}).at(0).has("busy"));
            CPPUNIT_ASSERT(!std::filesystem::exists(fixture.folder() / ".berth-upload/states/a"));
        }
        CPPUNIT_ASSERT(waitUntil([&] { return fixture.counter("requests_refused") > 0; }));
        stop = true;
        CHECK(refused.get() > 0);
    }

    // The silence that a newer connection waits for does not lengthen or shorten it.
    void keepsTheIdleTimeout() {
        UploadFixture fixture;
        testing::LoopbackConnection client;
        client.setTimeout(1200ms);
        client.send(putHeader("a", 3, kAck) + "ab");
        const auto begun = std::chrono::steady_clock::now();
        CPPUNIT_ASSERT_THROW(fixture.service().handle(client), TimedOut);
        const auto took = std::chrono::steady_clock::now() - begun;
        CHECK(took >= 1150ms);
        CHECK(took < 10s);
        CHECK(client.timeout() == 1200ms);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TakeoverTest);

}  // namespace
}  // namespace berth::test
