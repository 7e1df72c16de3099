// tests/bench/load_arguments_test.cpp - the command line of the load generator.
#include "bench/load/load_arguments.h"

#include <cppunit/extensions/HelperMacros.h>

#include <sstream>
#include <stdexcept>
#include <vector>

#include "bench/load/load_tool.h"
#include "support/check.h"

namespace berth::test {
namespace {

using bench::LoadMode;
using bench::parseLoadArguments;
using Words = std::vector<std::string>;

std::string errorOf(const Words& words) {
    try {
        static_cast<void>(parseLoadArguments(words));
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

class LoadArgumentsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoadArgumentsTest);
    CPPUNIT_TEST(readsEveryOption);
    CPPUNIT_TEST(acceptsValuesBehindAnEqualsSign);
    CPPUNIT_TEST(namesWhatIsWrong);
    CPPUNIT_TEST(printsHelpWithEveryOption);
    CPPUNIT_TEST(exitsWithTheCodesOfSysexits);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsEveryOption() {
        const auto parsed = parseLoadArguments(
            Words{"[::1]:7001", "--mode",    "connect", "--connections", "64",    "--size",
                  "64K",        "--depth",   "4",       "--duration",    "2s",    "--warm-up",
                  "100ms",      "--threads", "2",       "--patience",    "1s",    "--verify",
                  "length",     "--sources", "3",       "--svg",         "a.svg", "--rate",
                  "100",        "--json"});
        CPPUNIT_ASSERT_EQUAL(std::string("[::1]:7001"), parsed.load.target);
        CHECK(parsed.load.mode == LoadMode::Connect);
        CPPUNIT_ASSERT_EQUAL(std::size_t{64}, parsed.load.connections);
        CPPUNIT_ASSERT_EQUAL(std::size_t{65536}, parsed.load.messageSize);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, parsed.load.depth);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2000}, parsed.load.duration.count());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, parsed.load.warmUp.count());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, parsed.load.threads);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1000}, parsed.load.patience.count());
        CPPUNIT_ASSERT(!parsed.load.verifyContent);
        CPPUNIT_ASSERT_EQUAL(std::size_t{100}, parsed.load.rate);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, parsed.load.sources);
        CPPUNIT_ASSERT_EQUAL(std::string("a.svg"), parsed.svg);
        CPPUNIT_ASSERT(parsed.json);
    }

    void acceptsValuesBehindAnEqualsSign() {
        const auto parsed = parseLoadArguments(Words{"--connections=7", "host:1", "--mode=idle"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, parsed.load.connections);
        CHECK(parsed.load.mode == LoadMode::Idle);
    }

    void namesWhatIsWrong() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("unknown option --connection; did you mean --connections?"),
            errorOf({"h:1", "--connection", "3"}));
        CPPUNIT_ASSERT_EQUAL(std::string("--depth: '3x' is no number"),
                             errorOf({"h:1", "--depth", "3x"}));
        CPPUNIT_ASSERT_EQUAL(std::string("--duration: '5' is no duration such as 500ms, 5s or 1m"),
                             errorOf({"h:1", "--duration", "5"}));
        CPPUNIT_ASSERT_EQUAL(std::string("--size: '' is no size such as 64 or 64K"),
                             errorOf({"h:1", "--size="}));
        CPPUNIT_ASSERT_EQUAL(std::string("--size needs a value"), errorOf({"h:1", "--size"}));
        CPPUNIT_ASSERT_EQUAL(std::string("--json takes no value"), errorOf({"h:1", "--json=1"}));
        CPPUNIT_ASSERT_EQUAL(std::string("--svg: '' is no file"), errorOf({"h:1", "--svg="}));
        CPPUNIT_ASSERT_EQUAL(std::string("--svg draws latencies, and --mode idle measures none"),
                             errorOf({"h:1", "--svg", "a.svg", "--mode", "idle"}));
        CPPUNIT_ASSERT_EQUAL(std::string("one target only, not also 'h:2'"),
                             errorOf({"h:1", "h:2"}));
        CPPUNIT_ASSERT_EQUAL(std::string("where to? Name a target: HOST:PORT or unix:PATH"),
                             errorOf({"--json"}));
    }

    void printsHelpWithEveryOption() {
        std::ostringstream out;
        std::ostringstream errors;
        CPPUNIT_ASSERT_EQUAL(0, bench::runLoadTool("load", Words{"--help"}, out, errors));
        for (const auto* option : {"--mode", "--connections", "--size", "--depth", "--duration",
                                   "--warm-up", "--threads", "--rate", "--patience", "--verify",
                                   "--sources", "--svg", "--json", "--help"}) {
            CHECK(contains(out.str(), option));
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), errors.str());
    }

    void exitsWithTheCodesOfSysexits() {
        std::ostringstream out;
        std::ostringstream errors;
        CPPUNIT_ASSERT_EQUAL(64, bench::runLoadTool("load", Words{}, out, errors));
        CPPUNIT_ASSERT_EQUAL(64, bench::runLoadTool("load", Words{"nocolon"}, out, errors));
        CPPUNIT_ASSERT_EQUAL(
            64, bench::runLoadTool("load", Words{"h:1", "--connections", "0"}, out, errors));
        CPPUNIT_ASSERT_EQUAL(
            69, bench::runLoadTool("load", Words{"127.0.0.1:nosuchservice"}, out, errors));
        CPPUNIT_ASSERT_EQUAL(std::string(), out.str());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoadArgumentsTest);

}  // namespace berth::test
