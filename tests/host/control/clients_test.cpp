// tests/host/control/clients_test.cpp - who gives way when every place is taken.
#include "host/control/server/clients.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "host/base/unique_fd.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::UniqueFd;
using host::control::ClientLimits;
using host::control::Clients;
using namespace std::chrono_literals;

// Two ends of a connection; the first is the server's.
class SocketPair {
public:
    SocketPair() {
        std::array<int, 2> ends{};
        CPPUNIT_ASSERT_EQUAL(0, ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()));
        server_ = UniqueFd(ends[0]);
        client_ = UniqueFd(ends[1]);
    }
    [[nodiscard]] int server() const { return server_.value(); }
    void closeServer() { server_.reset(); }
    void say(std::string_view bytes) const {
        CHECK(::send(client_.value(), bytes.data(), bytes.size(), 0) > 0);
    }
    [[nodiscard]] bool cut() const {
        char byte = 0;
        return ::recv(client_.value(), &byte, 1, MSG_DONTWAIT) == 0;
    }

private:
    UniqueFd server_;
    UniqueFd client_;
};

}  // namespace

class ClientsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientsTest);
    CPPUNIT_TEST(givesAPlaceBack);
    CPPUNIT_TEST(cutsTheOldestSilentStrangerForANewOne);
    CPPUNIT_TEST(cutsARefusedStrangerFirst);
    CPPUNIT_TEST(cutsAStrangerOfTheSourceThatHasMost);
    CPPUNIT_TEST(waitsForAStrangerWhoseRequestWasNotRead);
    CPPUNIT_TEST(neverCutsAnOperatorForAStranger);
    CPPUNIT_TEST(keepsOperatorsThatAskedRecently);
    CPPUNIT_TEST(cutsTheOneThatWasIdleLongest);
    CPPUNIT_TEST(neverCutsAClientWhoseRequestRuns);
    CPPUNIT_TEST(countsThoseApartWhoseRequestsTakeLong);
    CPPUNIT_TEST(neverCutsAnotherThatHasTheSameNumber);
    CPPUNIT_TEST(cutsAllWhenItClosesAndLetsNobodyIn);
    CPPUNIT_TEST(waitsUntilTheLastHasLeft);
    CPPUNIT_TEST_SUITE_END();

public:
    void givesAPlaceBack() {
        Clients clients(limits(1, 1));
        {
            const auto place = trusted(clients, 0);
            CPPUNIT_ASSERT(!trusted(clients, 1));
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, clients.count());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, clients.count());
        CPPUNIT_ASSERT(trusted(clients, 1));
    }

    void cutsTheOldestSilentStrangerForANewOne() {
        Clients clients(limits(1, 2));
        const auto first = stranger(clients, 0);
        const auto second = stranger(clients, 1);
        const auto third = stranger(clients, 2);
        CPPUNIT_ASSERT(third);
        CPPUNIT_ASSERT(first.lost());
        CPPUNIT_ASSERT(sockets_[0].cut());
        CPPUNIT_ASSERT(!second.lost());
        CPPUNIT_ASSERT(!sockets_[1].cut());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, clients.count());
    }

    void cutsARefusedStrangerFirst() {
        Clients clients(limits(1, 2));
        const auto first = stranger(clients, 0);
        auto second = stranger(clients, 1);
        second.refused();
        CPPUNIT_ASSERT(stranger(clients, 2));
        CPPUNIT_ASSERT(!first.lost());
        CPPUNIT_ASSERT(second.lost());
    }

    void cutsAStrangerOfTheSourceThatHasMost() {
        Clients clients(limits(1, 3));
        const auto first = stranger(clients, 0, "192.0.2.1");
        const auto second = stranger(clients, 1, "192.0.2.2");
        const auto third = stranger(clients, 2, "192.0.2.2");
        CPPUNIT_ASSERT(stranger(clients, 3, "192.0.2.3"));
        CPPUNIT_ASSERT(!first.lost());
        CPPUNIT_ASSERT(second.lost());
        CPPUNIT_ASSERT(!third.lost());
    }

    void waitsForAStrangerWhoseRequestWasNotRead() {
        auto patient = limits(1, 1);
        patient.hearing = 1h;
        Clients clients(patient);
        auto first = stranger(clients, 0);
        sockets_[0].say("auth");
        auto reader = std::async(std::launch::async, [&] { return first.loggedIn(); });
        const auto second = stranger(clients, 1);
        CPPUNIT_ASSERT(second);
        CPPUNIT_ASSERT(reader.get());
        CPPUNIT_ASSERT(!first.lost());
        auto quick = limits(1, 1);
        quick.hearing = 100ms;
        Clients others(quick);
        const auto start = Clients::Clock::now();
        const auto third = stranger(others, 2);
        sockets_[2].say("auth");
        const auto fourth = stranger(others, 3);
        CPPUNIT_ASSERT(fourth);
        CHECK(Clients::Clock::now() - start >= 100ms);
    }

    void neverCutsAnOperatorForAStranger() {
        Clients clients(limits(1, 1, 0ms));
        auto first = stranger(clients, 0);
        CPPUNIT_ASSERT(first.loggedIn());
        first.idle();
        for (int i = 0; i < 100; ++i) CPPUNIT_ASSERT(stranger(clients, 1));
        CPPUNIT_ASSERT(!first.lost());
    }

    void keepsOperatorsThatAskedRecently() {
        Clients clients(limits(1, 1));
        auto first = trusted(clients, 0);
        first.idle();
        auto second = stranger(clients, 1);
        CPPUNIT_ASSERT(!trusted(clients, 2));
        CPPUNIT_ASSERT(!second.loggedIn());
        CPPUNIT_ASSERT(!first.lost());
        CPPUNIT_ASSERT(!second.lost());
    }

    void cutsTheOneThatWasIdleLongest() {
        Clients clients(limits(2, 1, 0ms));
        auto first = trusted(clients, 0);
        auto second = trusted(clients, 1);
        first.busy();
        first.idle();
        CPPUNIT_ASSERT(trusted(clients, 2));
        CPPUNIT_ASSERT(!first.lost());
        CPPUNIT_ASSERT(second.lost());
    }

    void neverCutsAClientWhoseRequestRuns() {
        auto hasty = limits(1, 1, 0ms);
        hasty.hearing = 10ms;
        Clients clients(hasty);
        auto first = trusted(clients, 0);
        first.busy();
        CPPUNIT_ASSERT(!trusted(clients, 1));
        CPPUNIT_ASSERT(!first.lost());
    }

    void countsThoseApartWhoseRequestsTakeLong() {
        auto two = limits(2, 1);
        two.waiting = 3;
        two.hearing = 10ms;
        Clients clients(two);
        std::vector<Clients::Place> places;
        for (std::size_t i = 0; i < two.waiting; ++i) {
            places.push_back(trusted(clients, 0));
            places.back().busy();
            CPPUNIT_ASSERT(places.back().waiting());
        }
        auto quick = trusted(clients, 1);
        CPPUNIT_ASSERT(quick);
        CPPUNIT_ASSERT(!quick.waiting());
        const auto other = trusted(clients, 2);
        CPPUNIT_ASSERT(other);
        CPPUNIT_ASSERT(!trusted(clients, 3));
        places.pop_back();
        CPPUNIT_ASSERT(quick.waiting());
        CPPUNIT_ASSERT(trusted(clients, 3));
    }

    // TLS closes a socket whose handshake failed before its client has left.
    void neverCutsAnotherThatHasTheSameNumber() {
        Clients clients(limits(1, 1));
        auto first = std::make_unique<SocketPair>();
        const auto number = first->server();
        const auto stale = clients.enter(number, {}, false);
        first->closeServer();
        const UniqueFd again(::fcntl(sockets_[0].server(), F_DUPFD_CLOEXEC, number));
        CPPUNIT_ASSERT_EQUAL(number, again.value());
        const auto newcomer = clients.enter(again.value(), {}, false);
        CPPUNIT_ASSERT(stale.lost());
        CPPUNIT_ASSERT(!newcomer.lost());
        CPPUNIT_ASSERT(first->cut());
        CPPUNIT_ASSERT(!sockets_[0].cut());
    }

    void cutsAllWhenItClosesAndLetsNobodyIn() {
        Clients clients(limits(4, 4));
        auto first = trusted(clients, 0);
        first.busy();
        const auto second = stranger(clients, 1);
        clients.close();
        CPPUNIT_ASSERT(first.lost());
        CPPUNIT_ASSERT(sockets_[0].cut());
        CPPUNIT_ASSERT(second.lost());
        CPPUNIT_ASSERT(sockets_[1].cut());
        CPPUNIT_ASSERT(!trusted(clients, 2));
        CPPUNIT_ASSERT(!stranger(clients, 2));
    }

    void waitsUntilTheLastHasLeft() {
        Clients clients(limits(4, 4));
        std::atomic<bool> left = false;
        std::jthread client([&, place = trusted(clients, 0)]() mutable {
            std::this_thread::sleep_for(30ms);
            left = true;
            const auto gone = std::move(place);
        });
        clients.waitUntilEmpty();
        CPPUNIT_ASSERT(left);
    }

private:
    static ClientLimits limits(std::size_t operators, std::size_t strangers,
                               std::chrono::milliseconds patience = 1h) {
        return {.operators = operators,
                .strangers = strangers,
                .waiting = 2,
                .patience = patience,
                .hearing = 20ms};
    }
    Clients::Place trusted(Clients& clients, std::size_t socket) {
        return clients.enter(sockets_.at(socket).server(), {}, true);
    }
    Clients::Place stranger(Clients& clients, std::size_t socket, std::string source = "here") {
        return clients.enter(sockets_.at(socket).server(), std::move(source), false);
    }

    std::array<SocketPair, 4> sockets_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientsTest);

}  // namespace berth::test
