// tests/integration/signals_test.cpp - signals are answered at once, whatever change is under way.
#include <cppunit/extensions/HelperMacros.h>

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <exception>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/berthd_process.h"
#include "support/check.h"
#include "support/sanitized.h"
#include "texts.h"

namespace berth::test {
namespace {

// A host whose reload waits for the client of a service that is gone from the ini.
class DrainingHost {
public:
    DrainingHost() {
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(client, "x"));
        host.configure(kept);
        host.signal(SIGHUP);
        const auto draining = [this] {
            return count(host.control("json services"), "\"draining\"") != 0;
        };
        CPPUNIT_ASSERT(waitUntil(draining));
    }

    // `text` was logged so many times, or will soon be.
    bool logged(const std::string& text, std::size_t times = 1) const {
        return waitUntil([&] { return count(host.output(), text) == times; });
    }

    const std::string kept = "[service:greet]\nlisten = 0\n";
    BerthdProcess host{kept + "[service:echo]\nlisten = 0\ndrain_timeout = 10m\n"};
    TcpClient client = host.connect("echo");
};

class SignalsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SignalsTest);
    CPPUNIT_TEST(endsBehindADrainingReload);
    CPPUNIT_TEST(endsThoughAnUpgradeWaits);
    CPPUNIT_TEST(reopensLogsBehindADrainingReload);
    CPPUNIT_TEST(makesOneReloadOfThoseThatWait);
    CPPUNIT_TEST(losesNoClientInAStormOfReloads);
    CPPUNIT_TEST(cutsBehindTheNewProcess);
    CPPUNIT_TEST(tellsWhoSentASignal);
    CPPUNIT_TEST(outlivesSignalsOfLimitsTimersAndTerminals);
    CPPUNIT_TEST(tellsTheClientOfALimitOnFiles);
    CPPUNIT_TEST(drainsWhenItsProcessorTimeIsUsedUp);
    CPPUNIT_TEST_SUITE_END();

    void tellsWhoSentASignal() {
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        const auto sender = " sent by process " + std::to_string(::getpid()) + ", uid " +
                            std::to_string(::getuid());
        const auto logged = [&](const std::string& text) {
            return waitUntil([&] { return count(host.output(), text) == 1; });
        };
        for (const auto& [signal, name] :
             {std::pair(SIGHUP, "SIGHUP"), std::pair(SIGUSR1, "SIGUSR1"),
              std::pair(SIGTERM, "SIGTERM")}) {
            host.signal(signal);
            CPPUNIT_ASSERT(logged(name + sender));
        }
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
    }

    void outlivesSignalsOfLimitsTimersAndTerminals() {
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        for (const int signal : {SIGPIPE, SIGXFSZ, SIGTTIN, SIGTTOU, SIGALRM, SIGVTALRM, SIGPROF,
                                 SIGIO, SIGURG, SIGCHLD, SIGWINCH, SIGCONT}) {
            host.signal(signal);
            auto client = host.connect("echo");
            CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(client, "x"));
        }
    }

    void tellsTheClientOfALimitOnFiles() {
        BerthdProcess host(
            "[service:echo]\nlisten = 0\n[service:upload]\nlisten = 0\ndirectory = .\n");
        const rlimit limit{100'000, 100'000};
        CPPUNIT_ASSERT_EQUAL(0, ::prlimit(host.pid(), RLIMIT_FSIZE, &limit, nullptr));
        auto upload = host.connect("upload");
        upload.send(R"({"action":"put","filename":"large","file_size":300000,"ack":true})"
                    "\n");
        CHECK(contains(upload.receiveUntil("\n"), "200"));
        upload.send(std::string(300'000, 'x'));
        const auto told = upload.receiveUntil("\n");
        CHECK(contains(told, "\"too-large\""));
        auto client = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(client, "x"));
    }

    void drainsWhenItsProcessorTimeIsUsedUp() {
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        host.signal(SIGXCPU);
        host.signal(SIGXCPU);
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
        CHECK(contains(host.output(), "RLIMIT_CPU is reached"));
    }

    static void endsInSpiteOf(int waiting) {
        DrainingHost draining;
        draining.host.signal(waiting);
        draining.host.signal(SIGTERM);
        CPPUNIT_ASSERT(draining.logged("host: draining"));
        CPPUNIT_ASSERT_EQUAL(std::string("y"), answer(draining.client, "y"));
        draining.host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, draining.host.wait().value_or(-1));
        CPPUNIT_ASSERT_EQUAL(std::string(), draining.client.receiveAll());
    }

    void endsBehindADrainingReload() { endsInSpiteOf(SIGHUP); }
    void endsThoughAnUpgradeWaits() { endsInSpiteOf(SIGUSR2); }

    void reopensLogsBehindADrainingReload() {
        DrainingHost draining;
        draining.host.signal(SIGHUP);
        draining.host.signal(SIGUSR1);
        CPPUNIT_ASSERT(draining.logged("logs reopened"));
        CPPUNIT_ASSERT_EQUAL(std::string("y"), answer(draining.client, "y"));
    }

    void makesOneReloadOfThoseThatWait() {
        DrainingHost draining;
        auto& host = draining.host;
        for (std::size_t i = 1; i <= 3; ++i) {
            host.signal(SIGHUP);
            host.signal(SIGUSR1);  // taken after HUP: the kernel's order is that of the numbers
            CPPUNIT_ASSERT(draining.logged("logs reopened", i));
        }
        host.configure(draining.kept + "[service:uppercase]\nlisten = 0\n");
        draining.client.finishSending();
        CPPUNIT_ASSERT(draining.logged("reload: applied", 2));
        auto client = host.connect("uppercase");
        CPPUNIT_ASSERT_EQUAL(std::string("X"), answer(client, "x"));
        host.configure(draining.kept + "[service:last]\nplugin = echo\nlisten = 0\n");
        client.finishSending();
        host.signal(SIGHUP);
        CPPUNIT_ASSERT(draining.logged("reload: applied", 3));
        CHECK(count(host.control("services"), "last") != 0);
    }

    // Each of them changes a limit, and the plugin's own key every third time.
    void losesNoClientInAStormOfReloads() {
        constexpr int kReloads = scaled(600, 100);
        const auto echo = [](int i) {
            return "[service:echo]\nlisten = 0\nmax_connections = " + std::to_string(100 + i) +
                   (i % 3 == 0 ? "\nsuffix = !\n" : "\n");
        };
        BerthdProcess host(echo(1));
        const auto port = host.port("echo");
        std::atomic<bool> over{false};
        std::atomic<int> answered{0};
        std::atomic<int> lost{0};
        std::vector<std::jthread> clients;
        for (int i = 0; i < 3; ++i) {
            clients.emplace_back([&] {
                while (!over) {
                    try {
                        TcpClient client(port);
                        client.send("x");
                        client.finishSending();
                        const auto answer = client.receiveAll();
                        (answer == "x" || answer == "x!" ? answered : lost) += 1;
                    } catch (const std::exception&) {
                        ++lost;
                    }
                }
            });
        }
        for (int i = 2; i <= kReloads; ++i) {
            host.configure(echo(i));
            host.signal(SIGHUP);
        }
        const auto last = "max_connections = " + std::to_string(100 + kReloads);
        CPPUNIT_ASSERT(waitUntil([&] { return count(host.control("show echo"), last) == 1; }));
        over = true;
        clients.clear();
        CPPUNIT_ASSERT_EQUAL(0, lost.load());
        CHECK(answered > 0);
    }

    void cutsBehindTheNewProcess() {
        BerthdProcess host("[service:echo]\nlisten = 0\ndrain_timeout = 10m\n");
        auto client = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(client, "x"));
        CHECK(startsWith(host.control("upgrade"), "OK"));
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
        CPPUNIT_ASSERT_EQUAL(0, host.follow().value_or(-1));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SignalsTest);

}  // namespace
}  // namespace berth::test
