// tests/host/engine/contract/lent_bytes_contract.cpp - bytes that receive() lends stay the
// client's own, whatever its handler waits for and whatever other clients do meanwhile.
#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "contract_fixture.h"
#include "latch.h"
#include "pipe.h"
#include "support/check.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

using std::chrono::milliseconds;

class LentBytesContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(LentBytesContract);
    CPPUNIT_TEST(writesThemToAClientThatDoesNotRead);
    CPPUNIT_TEST(keepsThemOverBlockingWork);
    CPPUNIT_TEST(keepsThemOverAWait);
    CPPUNIT_TEST(letsThemBeChangedAndWrittenInPieces);
    CPPUNIT_TEST(mixesNothingAmongClientsThatStallAtRandom);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

    void writesThemToAClientThatDoesNotRead() {
        serve(echo);
        auto stalled = connect();
        const auto message = pattern(std::size_t{32} << 20, 1);
        auto sent = std::async(std::launch::async, [&] { stalled.send(message); });
        // Its handler waits for room now: not even the kernel's largest buffers hold so much.
        CPPUNIT_ASSERT(waitUntil([&] { return stuck(); }));
        exchange(50);
        CHECK(stalled.receiveExactly(message.size()) == message);
        sent.get();
        stalled.finishSending();
        settle();
    }

    void keepsThemOverBlockingWork() {
        Latch others;
        expectKept([&](Connection&) { CPPUNIT_ASSERT(others.pass()); }, [&] { others.open(); });
    }

    void keepsThemOverAWait() {
        const Pipe pipe;
        expectKept(
            [&](Connection& client) {
                std::array watched{pipe.readable()};
                CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                                     client.wait(watched, milliseconds(-1)).descriptors);
            },
            [&] { pipe.fill(); });
    }

    void letsThemBeChangedAndWrittenInPieces() {
        // Handlers outlive this function's variables.
        const auto first = std::make_shared<std::atomic<bool>>(true);
        serve([first](Connection& client) {
            if (!first->exchange(false)) return echo(client);
            while (const auto bytes = client.receive()) writeInverted(client, bytes);
        });
        auto client = connect();
        auto message = pattern(std::size_t{32} << 20);
        auto sent = std::async(std::launch::async, [&] { client.send(message); });
        // A write waits for room now: most likely one with pieces of the lent bytes still to come.
        CPPUNIT_ASSERT(waitUntil([&] { return stuck(); }));
        exchange(50);
        const auto reply = client.receiveExactly(message.size());
        sent.get();
        for (auto& byte : message) byte = static_cast<char>(~byte);
        CHECK(reply == message);
    }

    void mixesNothingAmongClientsThatStallAtRandom() {
        serve([](Connection& client) {
            int count = 0;
            while (const auto bytes = client.receive()) {
                const std::string before = text(bytes);
                if (++count % 7 == 0) host::runOffLoop([] {});
                if (count % 11 == 0) client.wait({}, milliseconds(1));
                CHECK(text(bytes) == before);
                client.write(bytes);
            }
        });
        std::vector<std::future<void>> clients;
        for (std::size_t i = 0; i < 16; ++i) {
            clients.push_back(std::async(std::launch::async, [&, i, client = connect()]() mutable {
                const auto message = pattern(scaled<std::size_t>(4, 1) << 20, i);
                auto sent = std::async(std::launch::async, [&] {
                    client.send(message);
                    client.finishSending();
                });
                CHECK(client.receiveExactly(message.size()) == message);
                sent.get();
            }));
        }
        for (auto& client : clients) client.get();
        settle();
    }

private:
    static void writeInverted(Connection& client, std::span<std::byte> bytes) {
        for (auto& byte : bytes) byte = ~byte;
        const auto piece = bytes.size() / 16 + 1;
        for (; !bytes.empty(); bytes = bytes.subspan(std::min(piece, bytes.size()))) {
            client.write(bytes.first(std::min(piece, bytes.size())));
        }
    }

    // Fifty clients, each with bytes of its own.
    void exchange(std::size_t count) {
        std::vector<TcpClient> clients;
        for (std::size_t i = 0; i < count; ++i) clients.push_back(connect());
        for (int round = 0; round < 5; ++round) {
            for (std::size_t i = 0; i < count; ++i) clients[i].send(pattern(3000, i));
            for (std::size_t i = 0; i < count; ++i) {
                CHECK(clients[i].receiveExactly(3000) == pattern(3000, i));
            }
        }
    }

    // A write of the first client's moves nothing any more.
    [[nodiscard]] bool stuck() {
        const auto& record = *engine().client()->record;
        const auto before = record.bytesOut();
        return before > 0 && record.bytesIn() > before && record.idle() > milliseconds(100);
    }

    // The first client's handler does `pause` with lent bytes; `resume` ends that.
    void expectKept(const Handler& pause, const std::function<void()>& resume) {
        // Handlers outlive this function's variables.
        const auto first = std::make_shared<std::atomic<bool>>(true);
        serve([first, pause](Connection& client) {
            if (!first->exchange(false)) return echo(client);
            const auto bytes = client.receive();
            const auto before = text(bytes);
            pause(client);
            CHECK(text(bytes) == before);
            client.write(bytes);
        });
        auto client = connect();
        client.send("the first client's own");
        CPPUNIT_ASSERT(waitUntil([&] { return engine().client()->record->bytesIn() > 0; }));
        exchange(50);
        resume();
        CPPUNIT_ASSERT_EQUAL(std::string("the first client's own"), client.receiveAll());
        settle();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<LentBytesContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<LentBytesContract>);

}  // namespace
}  // namespace berth::test
