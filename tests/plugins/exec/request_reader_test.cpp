// tests/plugins/exec/request_reader_test.cpp - where one request ends and the next begins.
#include <cppunit/extensions/HelperMacros.h>

#include "berth/errors.h"
#include "berth/testing/loopback_connection.h"
#include "exec/request_reader.h"

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
    CPPUNIT_TEST_SUITE_END();

public:
    void splitsLinesWhereverTheyArrive() {
        const std::string bytes = "first\nsecond\r\n\nfourth\n";
        const Lines expected{"first", "second", "", "fourth"};
        for (const auto framing : {Framing::Frames, Framing::Raw}) {
            for (std::size_t at = 1; at < bytes.size(); ++at) {
                CPPUNIT_ASSERT(expected ==
                               read(framing, 100, {bytes.substr(0, at), bytes.substr(at)}));
            }
        }
    }

    void takesALastLineWithoutItsEnd() {
        CPPUNIT_ASSERT((Lines{"a", "b"}) == read(Framing::Frames, 100, {"a\nb"}));
        CPPUNIT_ASSERT((Lines{"a", "b"}) == read(Framing::Raw, 100, {"a\n", "b"}));
        CPPUNIT_ASSERT(Lines{} == read(Framing::Frames, 100, {}));
    }

    void throwsALongLineAwayAndGoesOn() {
        const std::string fits(10, 'x');
        CPPUNIT_ASSERT((Lines{fits, "!", "ok"}) ==
                       read(Framing::Frames, 10, {fits + '\n' + fits + "y\nok\n"}));
        CPPUNIT_ASSERT((Lines{"!", "ok"}) ==
                       read(Framing::Frames, 10, {fits, fits, fits, "\nok\n"}));
        CPPUNIT_ASSERT((Lines{"!"}) == read(Framing::Frames, 10, {fits, fits}));
        CPPUNIT_ASSERT((Lines{"!", "ok"}) == read(Framing::Raw, 10, {fits, fits, "\nok\n"}));
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
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestReaderTest);

}  // namespace
}  // namespace berth::test
