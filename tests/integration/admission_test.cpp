// tests/integration/admission_test.cpp - who is served, held and refused, and that the sums agree.
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/resource.h>

#include <regex>
#include <string>
#include <vector>

#include "support/berthd_process.h"

namespace berth::test {
namespace {

// A number of `json stats`, such as the value of "refused".
std::uint64_t number(const std::string& json, const std::string& key) {
    std::smatch found;
    if (!std::regex_search(json, found, std::regex("\"" + key + "\":\\s*(\\d+)"))) {
        throw std::runtime_error("no " + key + " in " + json);
    }
    return std::stoull(found[1]);
}

bool served(TcpClient& client) {
    client.send("x");
    return client.receiveExactly(1) == "x";
}

// True when the host closed the connection without a byte.
bool refused(TcpClient& client) {
    try {
        return client.receiveExactly(1).empty();
    } catch (const Poco::IOException&) {
        return true;  // a reset
    }
}

class AdmissionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AdmissionTest);
    CPPUNIT_TEST(refusesBeyondTheLimit);
    CPPUNIT_TEST(holdsBeyondTheLimitAndServesLater);
    CPPUNIT_TEST(stopsWhileAClientIsHeld);
    CPPUNIT_TEST(refusesAHeldClientWhenToldTo);
    CPPUNIT_TEST(limitsEachClient);
    CPPUNIT_TEST(refusesByAccessRule);
    CPPUNIT_TEST(limitsTheRate);
    CPPUNIT_TEST(turnsClientsAwayWhenDescriptorsRunOut);
    CPPUNIT_TEST(takesAsManyDescriptorsAsItsHardLimitAllows);
    CPPUNIT_TEST(countsExactlyUnderAStorm);
    CPPUNIT_TEST(closesAnIdleClient);
    CPPUNIT_TEST(endsALifetime);
    CPPUNIT_TEST(cutsAClientThatDoesNotRead);
    CPPUNIT_TEST_SUITE_END();

    static std::uint64_t stat(const BerthdProcess& host, const std::string& key) {
        return number(host.control("json stats echo"), key);
    }

    void refusesBeyondTheLimit() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 2\noverflow = refuse\n");
        auto first = host.connect("echo");
        auto second = host.connect("echo");
        CPPUNIT_ASSERT(served(first) && served(second));
        auto third = host.connect("echo");
        CPPUNIT_ASSERT(refused(third));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, stat(host, "refused"));
    }

    void holdsBeyondTheLimitAndServesLater() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 1\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        auto second = host.connect("echo");
        second.send("x");
        CPPUNIT_ASSERT(waitUntil([&] { return stat(host, "holding") == 1; }));
        first.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string("x"), second.receiveExactly(1));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, stat(host, "refused"));
    }

    void stopsWhileAClientIsHeld() {
        BerthdProcess host(
            "[service:echo]\nlisten = 0\nmax_connections = 1\ndrain_timeout = 100ms\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        auto second = host.connect("echo");
        CPPUNIT_ASSERT(waitUntil([&] { return stat(host, "holding") == 1; }));
        CPPUNIT_ASSERT_EQUAL(std::string("OK"), host.control("stop echo").substr(0, 2));
        CPPUNIT_ASSERT(refused(second));
    }

    void refusesAHeldClientWhenToldTo() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 1\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        auto second = host.connect("echo");
        CPPUNIT_ASSERT(waitUntil([&] { return stat(host, "holding") == 1; }));
        CPPUNIT_ASSERT(host.control("set echo overflow refuse").starts_with("OK"));
        CPPUNIT_ASSERT(refused(second));
    }

    void limitsEachClient() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_per_client = 1\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        auto second = host.connect("echo");
        CPPUNIT_ASSERT(refused(second));
        first.finishSending();
        CPPUNIT_ASSERT(waitUntil([&] { return stat(host, "open") == 0; }));
        auto third = host.connect("echo");
        CPPUNIT_ASSERT(served(third));
    }

    void refusesByAccessRule() {
        BerthdProcess host("[service:echo]\nlisten = 0, [::1]:0\nallow = 10.0.0.0/8, ::1\n");
        auto denied = host.connect("echo");
        CPPUNIT_ASSERT(refused(denied));
        CPPUNIT_ASSERT_EQUAL(std::string("OK"),
                             host.control("set echo allow 127.0.0.0/8").substr(0, 2));
        auto allowed = host.connect("echo");
        CPPUNIT_ASSERT(served(allowed));
    }

    void limitsTheRate() {
        BerthdProcess host("[service:echo]\nlisten = 0\nrate = 3/h\noverflow = refuse\n");
        int count = 0;
        for (int i = 0; i < 10; ++i) {
            auto client = host.connect("echo");
            client.send("x");
            if (!refused(client)) ++count;
        }
        CPPUNIT_ASSERT_EQUAL(3, count);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, stat(host, "refused"));
    }

    void turnsClientsAwayWhenDescriptorsRunOut() {
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        const auto port = host.port("echo");
        const rlimit few{64, 64};
        CPPUNIT_ASSERT_EQUAL(0, ::prlimit(host.pid(), RLIMIT_NOFILE, &few, nullptr));
        std::vector<TcpClient> clients;
        for (int i = 0; i < 100; ++i) clients.emplace_back(port);
        auto& last = clients.back();
        CPPUNIT_ASSERT(refused(last));
        clients.clear();
        CPPUNIT_ASSERT(waitUntil([&] {
            TcpClient client(port);
            client.send("x");
            return !refused(client);
        }));
    }

    void takesAsManyDescriptorsAsItsHardLimitAllows() {
        rlimit own{};
        ::getrlimit(RLIMIT_NOFILE, &own);
        const rlimit few{64, own.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &few);
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        ::setrlimit(RLIMIT_NOFILE, &own);
        const auto port = host.port("echo");
        std::vector<TcpClient> clients;
        for (int i = 0; i < 100; ++i) clients.emplace_back(port);
        for (auto& client : clients) CPPUNIT_ASSERT(served(client));
    }

    void countsExactlyUnderAStorm() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 5\noverflow = refuse\n");
        const auto port = host.port("echo");
        constexpr int kClients = 500;
        for (int i = 0; i < kClients; ++i) {
            TcpClient client(port);
            if (i % 3 == 0) client.send("x");
            if (i % 5 == 0) client.reset();
        }
        CPPUNIT_ASSERT(waitUntil(
            [&] { return stat(host, "accepted") == kClients && stat(host, "open") == 0; }));
        const auto stats = host.control("json stats echo");
        CPPUNIT_ASSERT_EQUAL(number(stats, "accepted"),
                             number(stats, "refused") + number(stats, "served"));
        CPPUNIT_ASSERT_EQUAL(number(stats, "served"), number(stats, "ended"));
    }

    void closesAnIdleClient() {
        BerthdProcess host("[service:echo]\nlisten = 0\nidle_timeout = 100ms\n");
        auto client = host.connect("echo");
        CPPUNIT_ASSERT(served(client));
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
        CPPUNIT_ASSERT(
            waitUntil([&] { return host.output().find("idle timeout") != std::string::npos; }));
    }

    void endsALifetime() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_lifetime = 200ms\n");
        auto client = host.connect("echo");
        const auto cut = [&] {
            try {
                return !served(client);
            } catch (const Poco::IOException&) {
                return true;
            }
        };
        CPPUNIT_ASSERT(waitUntil(cut));
        CPPUNIT_ASSERT(
            waitUntil([&] { return host.output().find("lifetime") != std::string::npos; }));
    }

    void cutsAClientThatDoesNotRead() {
        BerthdProcess host("[service:echo]\nlisten = 0\nwrite_timeout = 200ms\n");
        auto client = host.connect("echo");
        client.socket().setSendTimeout(Poco::Timespan(0, 100'000));
        const std::string block(1 << 16, 'x');
        const auto cut = [&] {
            try {
                client.send(block);
            } catch (const Poco::TimeoutException&) {
            } catch (const Poco::IOException&) {
                return true;
            }
            return host.output().find("write timeout") != std::string::npos;
        };
        CPPUNIT_ASSERT(waitUntil(cut));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdmissionTest);

}  // namespace
}  // namespace berth::test
