// tests/integration/upgrade_load_test.cpp - not one client notices five upgrades in a row.
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "support/berthd_process.h"

namespace berth::test {
namespace {

constexpr int kUpgrades = 5;
constexpr int kHolders = 4;   // each keeps its connection over every upgrade
constexpr int kVisitors = 2;  // each connects, talks and leaves, again and again

// What went wrong, and how much went well.
class Findings {
public:
    void good() { ++good_; }
    void bad(const std::string& what) {
        const std::lock_guard lock(mutex_);
        bad_ += what + "; ";
    }
    [[nodiscard]] int count() const { return good_; }
    [[nodiscard]] std::string problems() const {
        const std::lock_guard lock(mutex_);
        return bad_;
    }

private:
    std::atomic<int> good_{0};
    mutable std::mutex mutex_;
    std::string bad_;
};

// Sends numbered lines and wants each back, in order.
void hold(const std::stop_token& stop, std::uint16_t port, Findings& findings) {
    try {
        TcpClient client(port);
        for (int number = 0; !stop.stop_requested(); ++number) {
            const auto line = "message " + std::to_string(number) + "\n";
            client.send(line);
            if (client.receiveUntil("\n") != line) return findings.bad("lost " + line);
            findings.good();
        }
        client.finishSending();
        if (!client.receiveAll().empty()) findings.bad("bytes too much");
    } catch (const Poco::Exception& error) {
        findings.bad("holder: " + error.displayText());
    }
}

void visit(const std::stop_token& stop, std::uint16_t port, Findings& findings) {
    const std::string text = "visitor";
    while (!stop.stop_requested()) {
        try {
            TcpClient client(port);
            client.send(text);
            client.finishSending();
            if (client.receiveAll() != text) return findings.bad("a visitor got too little");
            findings.good();
        } catch (const Poco::Exception& error) {
            return findings.bad("visitor: " + error.displayText());
        }
    }
}

class UpgradeLoadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UpgradeLoadTest);
    CPPUNIT_TEST(losesNobodyOnThreads);
    CPPUNIT_TEST(losesNobodyOnFibers);
    CPPUNIT_TEST(losesNobodyWhoWaitsForAThread);
    CPPUNIT_TEST_SUITE_END();

    static void upgradeUnderLoad(const std::string& keys, int holders) {
        BerthdProcess host("[service:echo]\nlisten = 0\ndrain_timeout = 1m\n" + keys,
                           {.hostKeys = "access_log = off\n"});
        const auto port = host.port("echo");
        Findings held;
        Findings visits;
        {
            std::vector<std::jthread> clients;
            for (int i = 0; i < holders; ++i) {
                clients.emplace_back([&](const std::stop_token& stop) { hold(stop, port, held); });
            }
            for (int i = 0; i < kVisitors; ++i) {
                clients.emplace_back(
                    [&](const std::stop_token& stop) { visit(stop, port, visits); });
            }
            for (int i = 0; i < kUpgrades; ++i) {
                const auto seen = visits.count();
                CPPUNIT_ASSERT(waitUntil(
                    [&] { return visits.count() > seen + 20 || !visits.problems().empty(); }));
                const auto reply = host.control("upgrade");
                CPPUNIT_ASSERT_MESSAGE(reply, reply.starts_with("OK"));
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), held.problems());
        CPPUNIT_ASSERT_EQUAL(std::string(), visits.problems());
        CPPUNIT_ASSERT_EQUAL(0, host.follow().value_or(-1));
    }

    void losesNobodyOnThreads() { upgradeUnderLoad("engine = threads\n", kHolders); }
    void losesNobodyOnFibers() { upgradeUnderLoad("engine = fibers\n", kHolders); }
    // Visitors that were accepted wait in the engine's queue when the upgrade comes.
    void losesNobodyWhoWaitsForAThread() { upgradeUnderLoad("engine = threads\nthreads = 1\n", 0); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UpgradeLoadTest);

}  // namespace
}  // namespace berth::test
