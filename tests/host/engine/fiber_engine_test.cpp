// tests/host/engine/fiber_engine_test.cpp - who accepts, and where a client goes.
#include "host/engine/fiber_engine.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/epoll.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "berth/unique_fd.h"
#include "host/engine/echo_source.h"
#include "support/check.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::FiberEngine;

class FiberEngineTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FiberEngineTest);
    CPPUNIT_TEST(acceptsOnTheLoops);
    CPPUNIT_TEST(spreadsClientsThatStay);
    CPPUNIT_TEST(leavesWhoMustWaitToTheAcceptor);
    CPPUNIT_TEST(closesThoseWhoAreRefused);
    CPPUNIT_TEST(leavesListenersToOthers);
    CPPUNIT_TEST(losesNobodyWhenEnginesChange);
    CPPUNIT_TEST(leavesAHeldListenerToAnotherProcess);
    CPPUNIT_TEST_SUITE_END();

public:
    void acceptsOnTheLoops() {
        const auto listener = newListener();
        FiberEngine engine("test", loops_, source_);
        engine.listen({listener});
        CHECK(waitUntil([&] { return servedAtOnce(listener); }));
    }

    void spreadsClientsThatStay() {
        const auto listener = newListener();
        FiberEngine engine("test", loops_, source_);
        engine.listen({listener});
        std::vector<TcpClient> clients;
        for (int i = 0; i < 40; ++i) {
            clients.push_back(connect(listener));
            CHECK(echoed(clients.back(), "x") == "x");
        }
        const auto [least, most] = std::ranges::minmax_element(
            loops_.loops(), {}, [](const auto& loop) { return loop->clients.load(); });
        CHECK((*most)->clients.load() <= (*least)->clients.load() + 3);
    }

    void leavesWhoMustWaitToTheAcceptor() {
        const auto listener = newListener();
        FiberEngine engine("test", loops_, source_);
        engine.listen({listener});
        CHECK(waitUntil([&] { return servedAtOnce(listener); }));
        source_->holds = true;
        std::vector<TcpClient> held;
        for (int i = 0; i < 5; ++i) held.push_back(connect(listener));
        CHECK(waitUntil([&] { return tally_->held == 1; }));
        const int before = tally_->atOnce;
        source_->holds = false;
        for (auto& client : held) CHECK(echoed(client, "x") == "x");
        CHECK(tally_->atOnce.load() < before + 5);
        CHECK(waitUntil([&] { return servedAtOnce(listener); }));
    }

    void closesThoseWhoAreRefused() {
        const auto listener = newListener();
        FiberEngine engine("test", loops_, source_);
        engine.listen({listener});
        CHECK(waitUntil([&] { return servedAtOnce(listener); }));
        source_->refuses = true;
        auto refused = connect(listener);
        CHECK(refused.receiveAll() == "");
        source_->refuses = false;
        CHECK(servedAtOnce(listener));
    }

    void leavesListenersToOthers() {
        const auto one = newListener();
        const auto two = newListener();
        FiberEngine engine("test", loops_, source_);
        engine.listen({one, two});
        CHECK(waitUntil([&] { return servedAtOnce(one); }));
        engine.listen({two});
        auto waiting = connect(one);  // the kernel's backlog still takes it
        CHECK(waitUntil([&] { return servedAtOnce(two); }));
        const int made = tally_->made;
        auto other = connect(two);
        CHECK(echoed(other, "x") == "x");
        CHECK(tally_->made == made + 1);
        engine.listen({one, two});
        CHECK(echoed(waiting, "y") == "y");
    }

    // It watches in the same way, and would not be woken for a client whom the loops were told of.
    void leavesAHeldListenerToAnotherProcess() {
        const auto listener = newListener();
        auto& socket = listener->socket().accepting();
        FiberEngine engine("test", loops_, source_);
        engine.listen({listener});
        for (int i = 0; i < 50; ++i) {
            CHECK(waitUntil([&] { return servedAtOnce(listener); }));
            socket.hold();
            const UniqueFd other(::epoll_create1(EPOLL_CLOEXEC));
            epoll_event wanted{.events = EPOLLIN | EPOLLEXCLUSIVE, .data = {}};
            CHECK(
                socket.waitTakenBack(std::chrono::steady_clock::now() + std::chrono::seconds(10)));
            CHECK(::epoll_ctl(other.value(), EPOLL_CTL_ADD, socket.sockfd(), &wanted) == 0);
            auto client = connect(listener);
            epoll_event told{};
            CHECK(::epoll_wait(other.value(), &told, 1, 10'000) == 1);
            socket.release();
            CHECK(echoed(client, "x") == "x");
        }
    }

    // One client after the other, while the listener goes from engine to engine.
    void losesNobodyWhenEnginesChange() {
        const auto listener = newListener();
        for (int i = 0; i < 50; ++i) {
            FiberEngine engine("test", loops_, source_);
            auto early = connect(listener);
            engine.listen({listener});
            auto late = connect(listener);
            CHECK(echoed(early, "x") == "x");
            CHECK(echoed(late, "y") == "y");
            engine.listen({});
        }
    }

    void setUp() override { loops_.start(); }

private:
    // False when the acceptor saw to the client.
    bool servedAtOnce(const std::shared_ptr<host::Listener>& listener) {
        const int before = tally_->atOnce;
        auto client = connect(listener);
        CHECK(echoed(client, "x") == "x");
        return tally_->atOnce > before;
    }

    host::LoopGroup loops_{2, std::size_t{64} << 10};
    const std::shared_ptr<Tally> tally_ = std::make_shared<Tally>();
    const std::shared_ptr<EchoSource> source_ = std::make_shared<EchoSource>(tally_);
};

CPPUNIT_TEST_SUITE_REGISTRATION(FiberEngineTest);

}  // namespace
}  // namespace berth::test
