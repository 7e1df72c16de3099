// tests/host/engine/contract/wait_contract.cpp - waiting for descriptors and the client at once.
#include <fcntl.h>

#include <array>
#include <string>

#include "berth/errors.h"
#include "contract_fixture.h"
#include "latch.h"
#include "pipe.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using std::chrono::milliseconds;

constexpr ClientEvent kAll = ClientEvent::Input | ClientEvent::Finished;

class WaitContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(WaitContract);
    CPPUNIT_TEST(endsAfterTheLimit);
    CPPUNIT_TEST(tellsWhichDescriptorsAreReady);
    CPPUNIT_TEST(wakesForADescriptorThatGetsReady);
    CPPUNIT_TEST(wakesForTheClientThoughADescriptorIsIdle);
    CPPUNIT_TEST(tellsInputOnlyWhenWatched);
    CPPUNIT_TEST(tellsTheEndOfInput);
    CPPUNIT_TEST(tellsAResetAlways);
    CPPUNIT_TEST(wakesAtAReset);
    CPPUNIT_TEST(tellsTheClientAndDescriptorsTogether);
    CPPUNIT_TEST(takesTheSameDescriptorTwice);
    CPPUNIT_TEST(takesTheSameDescriptorInTwoHandlers);
    CPPUNIT_TEST(takesNegativeAndClosedDescriptorsAsPollDoes);
    CPPUNIT_TEST(findsARegularFileReady);
    CPPUNIT_TEST(waitsOnARegularFileThatNobodyAsksOf);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

    void endsAfterTheLimit() {
        run([](Connection& client) {
            const auto begun = Clock::now();
            CPPUNIT_ASSERT(client.wait({}, milliseconds(20), kAll).timedOut());
            CHECK(Clock::now() - begun >= milliseconds(19));
            CPPUNIT_ASSERT(client.wait({}, milliseconds(0), kAll).timedOut());
        });
    }

    void tellsWhichDescriptorsAreReady() {
        run([](Connection& client) {
            const Pipe idle;
            const Pipe ready;
            ready.fill();
            std::array watched{idle.readable(), ready.readable()};
            const auto result = client.wait(watched, kForEver, kAll);
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, result.descriptors);
            CHECK(result.client == ClientEvent::None);
            CPPUNIT_ASSERT_EQUAL(short{0}, watched[0].revents);
            CHECK((watched[1].revents & POLLIN) != 0);
        });
    }

    void wakesForADescriptorThatGetsReady() {
        const Pipe pipe;
        serve([&](Connection& client) {
            std::array watched{pipe.readable()};
            client.writeText("ready");
            CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                                 client.wait(watched, milliseconds::max(), kAll).descriptors);
        });
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        pipe.fill();
        settle();
    }

    void wakesForTheClientThoughADescriptorIsIdle() {
        const Pipe idle;
        serve([&](Connection& client) {
            std::array watched{idle.readable()};
            for (int i = 0; i < 20; ++i) {
                client.writeText("?");
                const auto result = client.wait(watched, kForEver, ClientEvent::Input);
                CHECK(result.client == ClientEvent::Input);
                CPPUNIT_ASSERT_EQUAL(std::string("!"), text(client.receive()));
            }
        });
        auto client = connect();
        for (int i = 0; i < 20; ++i) {
            CPPUNIT_ASSERT_EQUAL(std::string("?"), client.receiveExactly(1));
            client.send("!");
        }
        settle();
    }

    void tellsInputOnlyWhenWatched() {
        serve([](Connection& client) {
            CHECK(client.wait({}, kForEver, ClientEvent::Input).client == ClientEvent::Input);
            CPPUNIT_ASSERT(client.wait({}, milliseconds(20)).timedOut());
            CPPUNIT_ASSERT(client.wait({}, milliseconds(20), ClientEvent::Finished).timedOut());
            CPPUNIT_ASSERT_EQUAL(std::string("x"), text(client.receive()));
        });
        auto client = connect();
        client.send("x");
        settle();
    }

    void tellsTheEndOfInput() {
        serve([](Connection& client) {
            for (const auto watched : {ClientEvent::Input, ClientEvent::Finished, kAll}) {
                CHECK(client.wait({}, kForEver, watched).client == watched);
            }
            CPPUNIT_ASSERT(client.wait({}, milliseconds(20)).timedOut());
        });
        auto client = connect();
        client.finishSending();
        settle();
    }

    void tellsAResetAlways() {
        Latch gone;
        serve([&](Connection& client) {
            CPPUNIT_ASSERT(gone.pass());
            CPPUNIT_ASSERT(has(client.wait({}, kForEver).client, ClientEvent::Lost));
        });
        auto client = connect();
        CPPUNIT_ASSERT(engine().client());
        client.reset();
        gone.open();
        settle();
    }

    void wakesAtAReset() {
        const Pipe idle;
        serve([&](Connection& client) {
            std::array watched{idle.readable()};
            client.writeText("ready");
            CPPUNIT_ASSERT(has(client.wait(watched, kForEver).client, ClientEvent::Lost));
        });
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        client.reset();
        settle();
    }

    void tellsTheClientAndDescriptorsTogether() {
        serve([](Connection& client) {
            const Pipe ready;
            ready.fill();
            CHECK(client.wait({}, kForEver, ClientEvent::Input).client == ClientEvent::Input);
            std::array watched{ready.readable()};
            const auto result = client.wait(watched, kForEver, kAll);
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, result.descriptors);
            CHECK(result.client == ClientEvent::Input);
        });
        auto client = connect();
        client.send("x");
        settle();
    }

    void takesTheSameDescriptorTwice() {
        const Pipe pipe;
        serve([&](Connection& client) {
            std::array watched{pipe.readable(), pipe.readable()};
            CPPUNIT_ASSERT(client.wait(watched, milliseconds(20)).timedOut());
            client.writeText("ready");
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, client.wait(watched, kForEver).descriptors);
        });
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        pipe.fill();
        settle();
    }

    void takesTheSameDescriptorInTwoHandlers() {
        const Pipe pipe;
        serve([&](Connection& client) {
            std::array watched{pipe.readable()};
            client.writeText("ready");
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, client.wait(watched, kForEver).descriptors);
        });
        std::array clients{connect(), connect(), connect()};
        for (auto& client : clients) {
            CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        }
        pipe.fill();  // nobody takes it: all three find it
        settle();
    }

    void takesNegativeAndClosedDescriptorsAsPollDoes() {
        run([](Connection& client) {
            std::array<pollfd, 2> ignored{pollfd{-1, POLLIN, 0}, pollfd{-7, POLLIN, 0}};
            CPPUNIT_ASSERT(client.wait(ignored, milliseconds(20)).timedOut());
            std::array<pollfd, 1> closed{pollfd{1'000'000, POLLIN, 0}};
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, client.wait(closed, kForEver).descriptors);
            CPPUNIT_ASSERT_EQUAL(short{POLLNVAL}, closed[0].revents);
        });
    }

    void findsARegularFileReady() {
        run([this](Connection& client) {
            auto watched = std::array{pollfd{file_.value(), POLLIN, 0}};
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, client.wait(watched, kForEver).descriptors);
        });
    }

    // epoll(7) takes no regular files; poll(2) finds nothing when nothing is asked.
    void waitsOnARegularFileThatNobodyAsksOf() {
        run([this](Connection& client) {
            auto watched = std::array{pollfd{file_.value(), 0, 0}};
            CPPUNIT_ASSERT(client.wait(watched, milliseconds(20)).timedOut());
        });
    }

private:
    // One client that only connects.
    void run(Handler handler) {
        serve(std::move(handler));
        const auto client = connect();
        settle();
    }

    const host::UniqueFd file_{::open("/proc/self/exe", O_RDONLY | O_CLOEXEC)};
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<WaitContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<WaitContract>);

}  // namespace
}  // namespace berth::test
