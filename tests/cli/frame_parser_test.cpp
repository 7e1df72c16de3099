// tests/cli/frame_parser_test.cpp - the answers of an exec service, right and wrong.
#include "cli/run/frame_parser.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>

#include "cli/app/failure.h"
#include "cli/run/exit_status.h"
#include "support/check.h"

namespace berth::test {
namespace {

using cli::FrameParser;

struct Parsed {
    std::string out;
    std::string err;
    bool ended = false;
    cli::CommandEnd end;
};

Parsed parse(std::string_view bytes, std::size_t step) {
    Parsed parsed;
    FrameParser parser([&](FrameParser::Stream stream, std::string_view piece) {
        (stream == FrameParser::Stream::Out ? parsed.out : parsed.err) += piece;
    });
    for (std::size_t at = 0; at < bytes.size() && !parsed.ended; at += step) {
        parsed.ended = parser.feed(bytes.substr(at, step));
    }
    if (parsed.ended) parsed.end = parser.end();
    return parsed;
}

void expectRefused(std::string_view bytes) {
    for (const std::size_t step : {std::size_t{1}, bytes.size()}) {
        try {
            static_cast<void>(parse(bytes, step));
            CPPUNIT_FAIL("accepted " + std::string(bytes.substr(0, 60)));
        } catch (const cli::Failure& failure) {
            CHECK(failure.code() == cli::ExitCode::Protocol);
        }
    }
}

class FrameParserTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FrameParserTest);
    CPPUNIT_TEST(readsAnAnswerSplitAnywhere);
    CPPUNIT_TEST(takesEmptyFramesForNothing);
    CPPUNIT_TEST(keepsFrameLikeBytesInTheOutput);
    CPPUNIT_TEST(passesHugeFramesOnWithoutKeepingThem);
    CPPUNIT_TEST(readsEveryEnd);
    CPPUNIT_TEST(refusesWhatIsNoFrame);
    CPPUNIT_TEST(refusesALineWithoutEnd);
    CPPUNIT_TEST(givesTheExitStatusOfAShell);
    CPPUNIT_TEST(knowsSignalsByName);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsAnAnswerSplitAnywhere() {
        const std::string_view bytes = "out 6\nhello\nerr 3\nbadout 1\n!exit 7 12\nleft over";
        for (std::size_t step = 1; step <= bytes.size(); ++step) {
            const auto parsed = parse(bytes, step);
            CPPUNIT_ASSERT(parsed.ended);
            CPPUNIT_ASSERT_EQUAL(std::string("hello\n!"), parsed.out);
            CPPUNIT_ASSERT_EQUAL(std::string("bad"), parsed.err);
            CPPUNIT_ASSERT_EQUAL(7, std::get<cli::CommandExit>(parsed.end).code);
        }
    }

    void takesEmptyFramesForNothing() {
        const auto parsed = parse("out 0\nout 0\nexit 0 1\n", 5);
        CPPUNIT_ASSERT(parsed.ended);
        CHECK(isEmpty(parsed.out));
    }

    void keepsFrameLikeBytesInTheOutput() {
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0 1\n"),
                             parse("out 9\nexit 0 1\nexit 3 1\n", 4).out);
    }

    void passesHugeFramesOnWithoutKeepingThem() {
        const auto parsed = parse("out 18446744073709551615\nabc", 64);
        CPPUNIT_ASSERT(!parsed.ended);
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), parsed.out);
    }

    void readsEveryEnd() {
        const auto signal = std::get<cli::CommandSignal>(parse("signal TERM 30\n", 3).end);
        CPPUNIT_ASSERT_EQUAL(std::string("TERM"), signal.name);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{30}, signal.milliseconds);
        const auto error =
            std::get<cli::CommandError>(parse("error unknown-command no such thing\r\n", 3).end);
        CPPUNIT_ASSERT_EQUAL(std::string("unknown-command"), error.code);
        CPPUNIT_ASSERT_EQUAL(std::string("no such thing"), error.text);
    }

    void refusesWhatIsNoFrame() {
        for (const auto* bytes : {"\n",
                                  "hello\n",
                                  "out\n",
                                  "out \n",
                                  "out x\n",
                                  "out -1\n",
                                  "out 1 2\n",
                                  "out +1\n",
                                  "out 18446744073709551616\n",
                                  "out 99999999999999999999999999\n",
                                  "OUT 1\n",
                                  "exit\n",
                                  "exit 0\n",
                                  "exit x 1\n",
                                  "exit -1 1\n",
                                  "exit 256 1\n",
                                  "exit 0 1 2\n",
                                  "exit 0 -5\n",
                                  "signal\n",
                                  "signal TERM\n",
                                  "signal  1\n",
                                  "error\n",
                                  "error \n"}) {
            expectRefused(bytes);
        }
    }

    void refusesALineWithoutEnd() { expectRefused(std::string(100'000, 'o')); }

    void givesTheExitStatusOfAShell() {
        CPPUNIT_ASSERT_EQUAL(42, cli::exitStatusOf(cli::CommandExit{42, 0}));
        CPPUNIT_ASSERT_EQUAL(143, cli::exitStatusOf(cli::CommandSignal{"TERM", 0}));
        CPPUNIT_ASSERT_EQUAL(127, cli::exitStatusOf(cli::CommandError{"unknown-command", ""}));
        CPPUNIT_ASSERT_EQUAL(126, cli::exitStatusOf(cli::CommandError{"forbidden", ""}));
        CPPUNIT_ASSERT_EQUAL(126, cli::exitStatusOf(cli::CommandError{"not-found", ""}));
        CPPUNIT_ASSERT_EQUAL(75, cli::exitStatusOf(cli::CommandError{"unavailable", ""}));
        CPPUNIT_ASSERT_EQUAL(124, cli::exitStatusOf(cli::CommandError{"timeout", ""}));
        CPPUNIT_ASSERT_EQUAL(75, cli::exitStatusOf(cli::CommandError{"busy", ""}));
        CPPUNIT_ASSERT_EQUAL(125, cli::exitStatusOf(cli::CommandError{"status-lost", ""}));
        CPPUNIT_ASSERT_EQUAL(125, cli::exitStatusOf(cli::CommandError{"of-tomorrow", ""}));
    }

    void knowsSignalsByName() {
        CPPUNIT_ASSERT_EQUAL(9, cli::signalNumber("KILL"));
        CPPUNIT_ASSERT_EQUAL(9, cli::signalNumber("SIGKILL"));
        CPPUNIT_ASSERT_EQUAL(0, cli::signalNumber("NONE"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FrameParserTest);

}  // namespace
}  // namespace berth::test
