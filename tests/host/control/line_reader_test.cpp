// tests/host/control/line_reader_test.cpp - cutting bytes into lines, however they arrive.
#include "host/control/server/line_reader.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "support/check.h"

namespace berth::test {
namespace {

using host::control::LineReader;

// Every line as text, "<too long>" for one that was.
std::vector<std::string> drain(LineReader& reader) {
    std::vector<std::string> lines;
    while (const auto line = reader.next())
        lines.push_back(line->tooLong ? "<too long>" : line->text);
    return lines;
}

std::vector<std::string> readAll(const std::vector<std::string>& chunks, std::size_t limit) {
    LineReader reader(limit);
    std::vector<std::string> lines;
    const auto collect = [&] {
        for (auto& line : drain(reader)) lines.push_back(std::move(line));
    };
    for (const auto& chunk : chunks) {
        reader.feed(chunk);
        collect();
    }
    reader.finish();
    collect();
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

class LineReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LineReaderTest);
    CPPUNIT_TEST(givesTheSameLinesWhereverTheInputIsSplit);
    CPPUNIT_TEST(takesTheLastLineWithoutItsEnd);
    CPPUNIT_TEST(acceptsLinesUpToTheLimitAndTellsOfLongerOnesOnce);
    CPPUNIT_TEST(goesOnAfterALineThatNeverSeemsToEnd);
    CPPUNIT_TEST(countsACarriageReturnOfTheLineEndNotAsTheLine);
    CPPUNIT_TEST(keepsLinesInsideOneChunkApart);
    CPPUNIT_TEST_SUITE_END();

public:
    void givesTheSameLinesWhereverTheInputIsSplit() {
        const std::string input =
            "status\r\n\nstop shout\n" + std::string(30, 'x') + "\nping\nquit";
        const Lines expected{"status", "", "stop shout", "<too long>", "ping", "quit"};
        for (std::size_t first = 0; first <= input.size(); ++first) {
            for (std::size_t second = first; second <= input.size(); ++second) {
                const Lines chunks{input.substr(0, first), input.substr(first, second - first),
                                   input.substr(second)};
                CHECK(expected == readAll(chunks, 20));
            }
        }
    }

    void takesTheLastLineWithoutItsEnd() {
        CHECK(Lines{"ping"} == readAll({"pi", "ng"}, 20));
        CHECK(Lines{} == readAll({""}, 20));
        CHECK(Lines{"ping"} == readAll({"ping\n"}, 20));
    }

    void acceptsLinesUpToTheLimitAndTellsOfLongerOnesOnce() {
        const std::string longest(20, 'a');
        CHECK(Lines{longest} == readAll({longest + "\n"}, 20));
        CHECK(Lines{longest} == readAll({longest}, 20));
        CHECK(Lines{"<too long>"} == readAll({longest + "a\n"}, 20));
        CHECK(Lines{"<too long>"} == readAll({longest + "a"}, 20));
    }

    void goesOnAfterALineThatNeverSeemsToEnd() {
        Lines chunks(100, std::string(4096, 'z'));
        chunks.emplace_back("\nping\n");
        CHECK(Lines{"<too long>", "ping"} == readAll(chunks, 20));
    }

    void countsACarriageReturnOfTheLineEndNotAsTheLine() {
        const std::string longest(20, 'a');
        CHECK(Lines{longest, "b"} == readAll({longest + "\r\nb\n"}, 20));
        CHECK(Lines{longest, "b"} == readAll({longest + "\r", "\nb\n"}, 20));
    }

    void keepsLinesInsideOneChunkApart() {
        CHECK(Lines{"a", "b", "", "c"} == readAll({"a\nb\n\nc\n"}, 20));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LineReaderTest);

}  // namespace berth::test
