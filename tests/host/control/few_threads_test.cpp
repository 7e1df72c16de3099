// tests/host/control/few_threads_test.cpp - operators where no thread can be made any more.
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>
#include <vector>

#include "control_client.h"
#include "running_server.h"
#include "support/no_more_threads.h"
#include "support/sanitized.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using namespace std::string_literals;

class FewThreadsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FewThreadsTest);
    CPPUNIT_TEST(servesOperatorsWithoutANewThread);
    CPPUNIT_TEST(servesAClientAsSoonAsAThreadCanBeMade);
    CPPUNIT_TEST(servesAClientWhenAnotherLeaves);
    CPPUNIT_TEST(stopsWhileAClientWaitsForAThread);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* kTold = "control: no thread can be made for a client";

    using Client = std::unique_ptr<ControlClient>;

    static Client operatorOf(const RunningServer& server) {
        return std::make_unique<ControlClient>(server.socketPath());
    }

    static void expectPong(ControlClient& client) {
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, client.ask("ping"));
    }

    // Those that find a thread, and one more that waits for his.
    static std::vector<Client> fill(RunningServer& server) {
        std::vector<Client> clients;
        for (int i = 0; i < 2; ++i) expectPong(*clients.emplace_back(operatorOf(server)));
        clients.emplace_back(operatorOf(server))->send("ping\n");
        CPPUNIT_ASSERT(waitUntil([&] { return server.refusals().count(kTold) == 1; }));
        return clients;
    }

public:
    void servesOperatorsWithoutANewThread() {
        if (kSanitized) return;  // a sanitizer maps more than any limit allows
        RunningServer server;
        const NoMoreThreads limit;
        for (int i = 0; i < 10; ++i) {
            auto local = operatorOf(server);
            ControlClient overTcp(server.port());
            expectPong(*local);
            expectPong(overTcp);
        }
    }

    void servesAClientAsSoonAsAThreadCanBeMade() {
        if (kSanitized) return;
        RunningServer server;
        auto clients = [&] {
            const NoMoreThreads limit;
            return fill(server);
        }();
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, clients.back()->reply());
        // Each has a thread of its own from here on, not that of the one before.
        for (int i = 0; i < 5; ++i) expectPong(*clients.emplace_back(operatorOf(server)));
        for (const auto& client : clients) expectPong(*client);
    }

    void servesAClientWhenAnotherLeaves() {
        if (kSanitized) return;
        RunningServer server;
        const NoMoreThreads limit;
        auto clients = fill(server);
        clients.erase(clients.begin());
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, clients.back()->reply());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, server.refusals().count(kTold));
    }

    void stopsWhileAClientWaitsForAThread() {
        if (kSanitized) return;
        RunningServer server;
        const NoMoreThreads limit;
        auto clients = fill(server);
        server.stop();
        for (const auto& client : clients) CPPUNIT_ASSERT_EQUAL(""s, client->rest());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FewThreadsTest);

}  // namespace
}  // namespace berth::test
