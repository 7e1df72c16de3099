// tests/host/listen/accepting_server_test.cpp - Poco's server hands clients on, and serves none.
#include "host/listen/accepting_server.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <string>

#include "host/listen/listener.h"
#include "support/check.h"
#include "support/tcp_client.h"

namespace berth::test {
namespace {

using host::AcceptingServer;

class Greeter final : public AcceptingServer::Filter {
public:
    explicit Greeter(std::atomic<int>& greeted) : greeted_(greeted) {}

    bool accept(const Poco::Net::StreamSocket& client) override {
        const std::string greeting = "hello";
        Poco::Net::StreamSocket(client).sendBytes(greeting.data(),
                                                  static_cast<int>(greeting.size()));
        ++greeted_;
        return false;
    }

private:
    std::atomic<int>& greeted_;
};

class AcceptingServerTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AcceptingServerTest);
    CPPUNIT_TEST(handsEachClientToItsFilter);
    CPPUNIT_TEST(leavesClientsInTheBacklogBeforeItStarts);
    CPPUNIT_TEST(acceptsNobodyAfterItsEnd);
    CPPUNIT_TEST_SUITE_END();

public:
    void handsEachClientToItsFilter() {
        server_.start();
        for (int i = 0; i < 3; ++i) CHECK(newClient().receiveAll() == "hello");
        CHECK(server_.totalConnections() == 0);
        end();
    }

    void leavesClientsInTheBacklogBeforeItStarts() {
        auto client = newClient();
        CHECK(greeted_ == 0);
        server_.start();
        CHECK(client.receiveAll() == "hello");
        end();
    }

    void acceptsNobodyAfterItsEnd() {
        server_.start();
        CHECK(newClient().receiveAll() == "hello");
        end();
        auto late = newClient();
        CHECK(!late.socket().poll(Poco::Timespan(0, 100'000), Poco::Net::Socket::SELECT_READ));
        CHECK(greeted_ == 1);
    }

private:
    static host::ListenAddress anyPort() {
        host::ListenAddress address;
        address.host = "127.0.0.1";
        return address;
    }
    [[nodiscard]] TcpClient newClient() const { return TcpClient(listener_.bound().port); }
    void end() {
        listener_.socket().accepting().interrupt();
        server_.end();
    }

    std::atomic<int> greeted_{0};
    host::Listener listener_{anyPort(), host::ListenOptions(), host::InheritedSockets()};
    Poco::ThreadPool pool_{1, 1};
    AcceptingServer server_{listener_.socket(), pool_, new Greeter(greeted_)};
};

CPPUNIT_TEST_SUITE_REGISTRATION(AcceptingServerTest);

}  // namespace
}  // namespace berth::test
