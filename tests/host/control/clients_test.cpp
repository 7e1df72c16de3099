// tests/host/control/clients_test.cpp - who gives way when every place is taken.
#include "host/control/clients.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "host/unique_fd.h"

namespace berth::test {
namespace {

using host::UniqueFd;
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
    CPPUNIT_TEST(cutsTheOldestStrangerForANewClient);
    CPPUNIT_TEST(keepsClientsThatLoggedInRecently);
    CPPUNIT_TEST(cutsTheOneThatWasIdleLongest);
    CPPUNIT_TEST(neverCutsAClientWhoseRequestRuns);
    CPPUNIT_TEST(countsThoseApartWhoseRequestsTakeLong);
    CPPUNIT_TEST(neverCutsAnotherThatHasTheSameNumber);
    CPPUNIT_TEST(cutsAllWhenItClosesAndLetsNobodyIn);
    CPPUNIT_TEST(waitsUntilTheLastHasLeft);
    CPPUNIT_TEST_SUITE_END();

public:
    void givesAPlaceBack() {
        Clients clients(1, 1h);
        {
            auto place = clients.enter(sockets_[0].server());
            place.loggedIn();
            CPPUNIT_ASSERT(!clients.enter(sockets_[1].server()));
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, clients.count());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, clients.count());
        CPPUNIT_ASSERT(clients.enter(sockets_[1].server()));
    }

    void cutsTheOldestStrangerForANewClient() {
        Clients clients(2, 1h);
        const auto first = clients.enter(sockets_[0].server());
        const auto second = clients.enter(sockets_[1].server());
        const auto third = clients.enter(sockets_[2].server());
        CPPUNIT_ASSERT(third);
        CPPUNIT_ASSERT(first.lost() && sockets_[0].cut());
        CPPUNIT_ASSERT(!second.lost() && !sockets_[1].cut());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, clients.count());
    }

    void keepsClientsThatLoggedInRecently() {
        Clients clients(2, 1h);
        auto first = clients.enter(sockets_[0].server());
        first.loggedIn();
        const auto second = clients.enter(sockets_[1].server());
        auto third = clients.enter(sockets_[2].server());
        CPPUNIT_ASSERT(!first.lost() && second.lost());
        third.loggedIn();
        CPPUNIT_ASSERT(!clients.enter(sockets_[3].server()));
        CPPUNIT_ASSERT(!first.lost() && !third.lost());
    }

    void cutsTheOneThatWasIdleLongest() {
        Clients clients(2, 0ms);
        auto first = clients.enter(sockets_[0].server());
        auto second = clients.enter(sockets_[1].server());
        first.loggedIn();
        second.loggedIn();
        first.busy();
        first.idle();
        CPPUNIT_ASSERT(clients.enter(sockets_[2].server()));
        CPPUNIT_ASSERT(!first.lost() && second.lost());
    }

    void neverCutsAClientWhoseRequestRuns() {
        Clients clients(1, 0ms);
        auto first = clients.enter(sockets_[0].server());
        first.loggedIn();
        first.busy();
        CPPUNIT_ASSERT(!clients.enter(sockets_[1].server()));
        CPPUNIT_ASSERT(!first.lost());
    }

    void countsThoseApartWhoseRequestsTakeLong() {
        Clients clients(2, 1h, 0ms);
        std::vector<Clients::Place> places;
        for (std::size_t i = 0; i < 2 + Clients::kMostWaiting; ++i) {
            places.push_back(clients.enter(sockets_[0].server()));
            CPPUNIT_ASSERT(places.back());
            places.back().loggedIn();
            places.back().busy();
        }
        CPPUNIT_ASSERT_EQUAL(places.size(), clients.count());
        CPPUNIT_ASSERT(!clients.enter(sockets_[1].server()));
        places.pop_back();
        auto next = clients.enter(sockets_[1].server());
        next.loggedIn();
        places.front().idle();
        CPPUNIT_ASSERT(!clients.enter(sockets_[2].server()));
    }

    // TLS closes a socket whose handshake failed before its client has left.
    void neverCutsAnotherThatHasTheSameNumber() {
        Clients clients(1, 1h);
        auto first = std::make_unique<SocketPair>();
        const auto number = first->server();
        const auto stale = clients.enter(number);
        first->closeServer();
        const UniqueFd again(::fcntl(sockets_[0].server(), F_DUPFD_CLOEXEC, number));
        CPPUNIT_ASSERT_EQUAL(number, again.value());
        const auto newcomer = clients.enter(again.value());
        CPPUNIT_ASSERT(stale.lost() && !newcomer.lost());
        CPPUNIT_ASSERT(first->cut() && !sockets_[0].cut());
    }

    void cutsAllWhenItClosesAndLetsNobodyIn() {
        Clients clients(4, 1h);
        auto first = clients.enter(sockets_[0].server());
        first.loggedIn();
        first.busy();
        const auto second = clients.enter(sockets_[1].server());
        clients.close();
        CPPUNIT_ASSERT(first.lost() && sockets_[0].cut());
        CPPUNIT_ASSERT(second.lost() && sockets_[1].cut());
        CPPUNIT_ASSERT(!clients.enter(sockets_[2].server()));
    }

    void waitsUntilTheLastHasLeft() {
        Clients clients(4, 1h);
        bool left = false;
        std::jthread client([&, place = clients.enter(sockets_[0].server())]() mutable {
            std::this_thread::sleep_for(30ms);
            left = true;
            const auto gone = std::move(place);
        });
        clients.waitUntilEmpty();
        CPPUNIT_ASSERT(left);
    }

private:
    std::array<SocketPair, 4> sockets_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientsTest);

}  // namespace berth::test
