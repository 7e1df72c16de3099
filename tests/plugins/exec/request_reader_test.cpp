// tests/plugins/exec/request_reader_test.cpp - where one request ends and the next begins.
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <thread>

#include "berth/errors.h"
#include "berth/testing/loopback_connection.h"
#include "exec/request_reader.h"
#include "support/check.h"
#include "support/growing_times.h"

namespace berth::test {
namespace {

using exec::Framing;
using exec::RequestError;
using exec::RequestReader;

// All requests in the pieces; one that is too long shows as "!".
std::vector<std::string> read(Framing framing, std::size_t longest,
                              const std::vector<std::string>& pieces) {
    testing::LoopbackConnection client;
    for (const auto& piece : pieces) client.send(piece);
    client.finishSending();
    BufferedReader reader(client);
    RequestReader requests(reader, framing, longest);
    std::vector<std::string> lines;
    while (auto request = requests.next()) {
        const auto* line = std::get_if<std::string>(&*request);
        lines.push_back(line != nullptr ? *line : "!");
    }
    return lines;
}

using Lines = std::vector<std::string>;

class RequestReaderTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestReaderTest);
    CPPUNIT_TEST(splitsLinesWhereverTheyArrive);
    CPPUNIT_TEST(takesALastLineWithoutItsEnd);
    CPPUNIT_TEST(throwsALongLineAwayAndGoesOn);
    CPPUNIT_TEST(aPauseEndsARawRequestOnly);
    CPPUNIT_TEST(leavesWhatFollowsTheRequest);
    CPPUNIT_TEST(aRequestThatTricklesInIsEnded);
    CPPUNIT_TEST(theTimeBetweenRequestsIsNotCounted);
    CPPUNIT_TEST_SUITE_END();

public:
    // The client is never silent for the connection's timeout. Its request is one that would be
    // answered, or one that is too long and is thrown away.
    void aRequestThatTricklesInIsEnded() {
        constexpr int kAttempts = 20;
        for (const std::size_t longest : {4U, 100'000U}) {
            CPPUNIT_ASSERT(trickleTimesOut(Framing::Frames, longest));
            // A client that the machine pauses has ended its raw request.
            bool timedOut = false;
            for (int i = 0; i < kAttempts && !timedOut; ++i) {
                timedOut = trickleTimesOut(Framing::Raw, longest);
            }
            CPPUNIT_ASSERT(timedOut);
        }
    }

    // Such as that of a command that runs while the next line is half there.
    void theTimeBetweenRequestsIsNotCounted() {
        CPPUNIT_ASSERT(withGrowingTimes(std::chrono::milliseconds(500), readsAfterAPause));
    }

    void splitsLinesWhereverTheyArrive() {
        const std::string bytes = "first\nsecond\r\n\nfourth\n";
        const Lines expected{"first", "second", "", "fourth"};
        for (const auto framing : {Framing::Frames, Framing::Raw}) {
            for (std::size_t at = 1; at < bytes.size(); ++at) {
                CHECK(expected == read(framing, 100, {bytes.substr(0, at), bytes.substr(at)}));
            }
        }
    }

    void takesALastLineWithoutItsEnd() {
        CHECK(Lines{"a", "b"} == read(Framing::Frames, 100, {"a\nb"}));
        CHECK(Lines{"a", "b"} == read(Framing::Raw, 100, {"a\n", "b"}));
        CHECK(Lines{} == read(Framing::Frames, 100, {}));
    }

    void throwsALongLineAwayAndGoesOn() {
        const std::string fits(10, 'x');
        CHECK((Lines{fits, "!", "ok"}) ==
              read(Framing::Frames, 10, {fits + '\n' + fits + "y\nok\n"}));
        CHECK((Lines{"!", "ok"}) == read(Framing::Frames, 10, {fits, fits, fits, "\nok\n"}));
        CHECK(Lines{"!"} == read(Framing::Frames, 10, {fits, fits}));
        CHECK(Lines{"!", "ok"} == read(Framing::Raw, 10, {fits, fits, "\nok\n"}));
    }

    void aPauseEndsARawRequestOnly() {
        testing::LoopbackConnection client;
        client.send("raw");
        BufferedReader reader(client);
        const auto request = RequestReader(reader, Framing::Raw, 100).next();
        CPPUNIT_ASSERT_EQUAL(std::string("raw"), std::get<std::string>(request.value()));

        client.setTimeout(std::chrono::milliseconds(100));
        client.send("framed");
        RequestReader framed(reader, Framing::Frames, 100);
        CPPUNIT_ASSERT_THROW(static_cast<void>(framed.next()), TimedOut);
    }

    void leavesWhatFollowsTheRequest() {
        testing::LoopbackConnection client;
        client.send("dir\n{\"action\":");
        BufferedReader reader(client);
        const auto request = RequestReader(reader, Framing::Raw, 100).next();
        CPPUNIT_ASSERT_EQUAL(std::string("dir"), std::get<std::string>(request.value()));
        CPPUNIT_ASSERT_EQUAL(std::string("{\"action\":"), std::string(reader.pending()));
    }

private:
    static bool trickleTimesOut(Framing framing, std::size_t longest) {
        constexpr std::chrono::milliseconds kTimeout{100};
        testing::LoopbackConnection client;
        client.setTimeout(kTimeout);
        client.send("x");
        const std::jthread trickle([&client](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                client.send("x");
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
            }
        });
        BufferedReader reader(client);
        RequestReader requests(reader, framing, longest);
        bool timedOut = false;
        try {
            static_cast<void>(requests.next());
        } catch (const TimedOut&) {
            timedOut = true;
        }
        CHECK(client.timeout() == kTimeout);
        return timedOut;
    }

    // Whether a request is read that began longer ago than the connection's timeout.
    static bool readsAfterAPause(std::chrono::milliseconds timeout) {
        testing::LoopbackConnection client;
        client.setTimeout(timeout);
        client.send("one\ntw");
        BufferedReader reader(client);
        RequestReader requests(reader, Framing::Frames, 100);
        CPPUNIT_ASSERT(requests.next().has_value());
        std::this_thread::sleep_for(timeout + timeout / 5);
        client.send("o\n");
        try {
            CPPUNIT_ASSERT_EQUAL(std::string("two"), std::get<std::string>(*requests.next()));
            return true;
        } catch (const TimedOut&) {
            return false;
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestReaderTest);

}  // namespace
}  // namespace berth::test
