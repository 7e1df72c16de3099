// tests/integration/isolation_test.cpp - what one service does on a loop does not slow another.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/load/load.h"
#include "support/berthd_process.h"
#include "support/bytes.h"
#include "support/check.h"
#include "support/fastest.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr const char* kServices =
    "[service:echo]\nlisten = 0\nengine = fibers\n"
    "[service:upload]\nlisten = 0\nengine = fibers\ndirectory = files\noverwrite = on\n"
    "[service:exec]\nlisten = 0\nengine = fibers\ndirectory = .\n"
    "command.wait = /bin/sleep {seconds}\n";

constexpr microseconds kNoFailure{scaled(20'000, 200'000)};

class IsolationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IsolationTest);
    CPPUNIT_TEST(echoIsNotSlowedByUploadsAndCommands);
    CPPUNIT_TEST(echoIsNotHeldUpByTheStopOfAnotherService);
    CPPUNIT_TEST_SUITE_END();

    // A loop that waited for a disk or a command once would show in each round. The best of several
    // is taken, since a machine with two processors that others share delays any one of them; and
    // 20 ms are no failure, however quick echo is alone: the uploads themselves take time.
    void echoIsNotSlowedByUploadsAndCommands() {
        BerthdProcess host(kServices, {.hostKeys = "loops = 1\n", .beforeStart = makeFolder});
        auto alone = best(host, microseconds(0), 3);
        std::atomic<int> uploads{0};
        microseconds together{0};
        {
            std::vector<TcpClient> commands;
            for (int i = 0; i < 10; ++i) {
                commands.push_back(host.connect("exec"));
                commands.back().send("wait 60\n");
            }
            const std::jthread uploader([&](const std::stop_token& stop) {
                while (!stop.stop_requested()) uploads += upload(host) ? 1 : 0;
            });
            CPPUNIT_ASSERT(waitUntil([&] { return uploads > 0; }));
            together = best(host, noFailure(alone));
            CPPUNIT_ASSERT(waitUntil([&] { return uploads > 2; }));
        }
        // The machine may have become slower in between.
        if (together > noFailure(alone)) alone = std::max(alone, best(host, microseconds(0), 3));
        const auto told = "p99 alone " + std::to_string(alone.count()) + " us, together " +
                          std::to_string(together.count()) + " us";
        CPPUNIT_ASSERT_MESSAGE(told, together <= noFailure(alone));
    }

    static microseconds noFailure(microseconds alone) { return std::max(2 * alone, kNoFailure); }

    void echoIsNotHeldUpByTheStopOfAnotherService() {
        BerthdProcess host(
            "[service:echo]\nlisten = 0\nengine = fibers\n"
            "[service:slow_stop]\nlisten = 0\nengine = fibers\ndrain_timeout = 20s\nprobation = "
            "0\n",
            {.hostKeys = "loops = 1\n"});
        auto echo = host.connect("echo");
        const std::chrono::milliseconds noWait{2000};
        const auto took = fastest(noWait, [&] {
            auto last = host.connect("slow_stop");
            last.send("x");
            CPPUNIT_ASSERT_EQUAL(std::string("x"), last.receiveExactly(1));
            CHECK(startsWith(host.control("restart slow_stop"), "OK"));
            last.finishSending();
            CPPUNIT_ASSERT_EQUAL(std::string(), last.receiveAll());
            const auto begun = Clock::now();
            for (int i = 0; i < 10; ++i) {
                echo.send("x");
                CPPUNIT_ASSERT_EQUAL(std::string("x"), echo.receiveExactly(1));
            }
            return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
        });
        CHECK(took <= noWait);
    }

    static void makeFolder(const TemporaryFolder& folder) {
        std::filesystem::create_directory(folder / "files");
    }

    // Of some rounds, or as soon as one is no worse than `enough`.
    static microseconds best(const BerthdProcess& host, microseconds enough, int rounds = 10) {
        auto best = microseconds::max();
        for (int round = 0; round < rounds && best > enough; ++round) {
            best = std::min(best, p99(host));
        }
        return best;
    }

    // Of 200 clients that echo for a second.
    static microseconds p99(const BerthdProcess& host) {
        bench::LoadOptions options;
        options.target = "127.0.0.1:" + std::to_string(host.port("echo"));
        options.connections = scaled<std::size_t>(200, 50);
        options.warmUp = std::chrono::milliseconds(200);
        options.duration = std::chrono::milliseconds(1000);
        const auto result = bench::runLoad(options);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(result.firstError, std::uint64_t{0}, result.failed());
        return std::chrono::duration_cast<microseconds>(result.latency.percentile(99));
    }

    // Small, so that the disk is what it waits for, and not a processor that echo needs as well.
    static bool upload(const BerthdProcess& host) {
        const std::string content(std::size_t{64} * 1024, 'x');
        auto client = host.connect("upload");
        client.send(R"({"action":"put","filename":"file","file_size":)" +
                    std::to_string(content.size()) + R"(,"ack":true})" + "\n" + content);
        return client.receiveUntil("\n").find("\"status\":200") != std::string::npos &&
               client.receiveUntil("\n").find("\"status\":201") != std::string::npos;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IsolationTest);

}  // namespace
}  // namespace berth::test
