// tests/integration/admission_test.cpp - who is served, held and refused, and that the sums agree.
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstdint>
#include <regex>
#include <string>

#include "integration/admitted.h"
#include "support/check.h"

namespace berth::test {
namespace {

class AdmissionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AdmissionTest);
    CPPUNIT_TEST(refusesBeyondTheLimit);
    CPPUNIT_TEST(holdsBeyondTheLimitAndServesLater);
    CPPUNIT_TEST(stopsWhileAClientIsHeld);
    CPPUNIT_TEST(refusesAHeldClientWhenToldTo);
    CPPUNIT_TEST(limitsEachClient);
    CPPUNIT_TEST(refusesByAccessRule);
    CPPUNIT_TEST(limitsTheRate);
    CPPUNIT_TEST(tellsThatItIsFull);
    CPPUNIT_TEST(logsWhomItRefuses);
    CPPUNIT_TEST(countsExactlyUnderAStorm);
    CPPUNIT_TEST(closesAnIdleClient);
    CPPUNIT_TEST(endsALifetime);
    CPPUNIT_TEST(cutsAClientThatDoesNotRead);
    CPPUNIT_TEST_SUITE_END();

    void refusesBeyondTheLimit() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 2\noverflow = refuse\n");
        auto first = host.connect("echo");
        auto second = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        CPPUNIT_ASSERT(served(second));
        auto third = host.connect("echo");
        CPPUNIT_ASSERT(refused(third));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, statOfEcho(host, "refused"));
    }

    void holdsBeyondTheLimitAndServesLater() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 1\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        auto second = host.connect("echo");
        second.send("x");
        CPPUNIT_ASSERT(waitUntil([&] { return statOfEcho(host, "holding") == 1; }));
        first.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string("x"), second.receiveExactly(1));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, statOfEcho(host, "refused"));
    }

    void stopsWhileAClientIsHeld() {
        BerthdProcess host(
            "[service:echo]\nlisten = 0\nmax_connections = 1\ndrain_timeout = 100ms\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        auto second = host.connect("echo");
        CPPUNIT_ASSERT(waitUntil([&] { return statOfEcho(host, "holding") == 1; }));
        CPPUNIT_ASSERT_EQUAL(std::string("OK"), host.control("stop echo").substr(0, 2));
        CPPUNIT_ASSERT(refused(second));
    }

    void refusesAHeldClientWhenToldTo() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 1\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        auto second = host.connect("echo");
        CPPUNIT_ASSERT(waitUntil([&] { return statOfEcho(host, "holding") == 1; }));
        CHECK(startsWith(host.control("set echo overflow refuse"), "OK"));
        CPPUNIT_ASSERT(refused(second));
    }

    void limitsEachClient() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_per_client = 1\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        auto second = host.connect("echo");
        CPPUNIT_ASSERT(refused(second));
        first.finishSending();
        CPPUNIT_ASSERT(waitUntil([&] { return statOfEcho(host, "open") == 0; }));
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
            if (!asksInVain(client)) ++count;
        }
        CPPUNIT_ASSERT_EQUAL(3, count);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, statOfEcho(host, "refused"));
    }

    void tellsThatItIsFull() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 1\n");
        auto only = host.connect("echo");
        CPPUNIT_ASSERT(served(only));
        const auto status = host.control("status");
        CHECK(contains(status, "full: max_connections reached"));
    }

    void logsWhomItRefuses() {
        BerthdProcess host("[service:echo]\nlisten = 0\ndeny = 127.0.0.1\n");
        auto client = host.connect("echo");
        CPPUNIT_ASSERT(refused(client));
        const std::regex line("warning echo: refused 127\\.0\\.0\\.1:[0-9]+: not allowed\n");
        CPPUNIT_ASSERT(waitUntil([&] { return std::regex_search(host.output(), line); }));
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
        CPPUNIT_ASSERT(waitUntil([&] {
            return statOfEcho(host, "accepted") == kClients && statOfEcho(host, "open") == 0;
        }));
        const auto stats = host.control("json stats echo");
        CPPUNIT_ASSERT_EQUAL(number(stats, "accepted"),
                             number(stats, "refused") + number(stats, "served"));
        CPPUNIT_ASSERT_EQUAL(number(stats, "served"), number(stats, "ended"));
    }

    // Where this process is stopped for a while, a client may be too late with its first byte.
    void closesAnIdleClient() {
        BerthdProcess host("[service:echo]\nlisten = 0\nidle_timeout = 300ms\n");
        const auto servedThenClosed = [&] {
            auto client = host.connect("echo");
            if (asksInVain(client)) return false;
            CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
            return true;
        };
        CPPUNIT_ASSERT(waitUntil(servedThenClosed));
        CHECK(waitUntil([&] { return contains(host.output(), "idle timeout"); }));
    }

    void endsALifetime() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_lifetime = 200ms\n");
        auto client = host.connect("echo");
        CHECK(waitUntil([&] { return asksInVain(client); }));
        CHECK(waitUntil([&] { return contains(host.output(), "lifetime"); }));
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
