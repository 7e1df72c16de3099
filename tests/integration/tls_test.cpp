// tests/integration/tls_test.cpp - TLS on both engines, with clients of OpenSSL's own.
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/berthd_process.h"
#include "support/bytes.h"
#include "support/check.h"
#include "support/tls_client.h"
#include "texts.h"

namespace berth::test {
namespace {

class TlsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TlsTest);
    CPPUNIT_TEST(speaksEachVersionWithTheOpensslCommand);
    CPPUNIT_TEST(echoesAMebibyteExactly);
    CPPUNIT_TEST(keepsAMebibyteForAClientThatReadsLater);
    CPPUNIT_TEST(dribblesByteByByte);
    CPPUNIT_TEST(goesOnWritingToAClientThatFinished);
    CPPUNIT_TEST(tellsTheClientThatAllWasSent);
    CPPUNIT_TEST(takesOnlyClientsWithACertificate);
    CPPUNIT_TEST(resumesSessions);
    CPPUNIT_TEST(resumesSessionsOfClientsWithACertificate);
    CPPUNIT_TEST(replacesItsCertificateUnderItsClients);
    CPPUNIT_TEST(refusesPlainText);
    CPPUNIT_TEST(servesOthersWhileSomebodyNeverShakesHands);
    CPPUNIT_TEST(closesAnIdleClient);
    CPPUNIT_TEST(killsAClient);
    CPPUNIT_TEST_SUITE_END();

    void speaksEachVersionWithTheOpensslCommand() {
        BerthdProcess host(tls("[service:uppercase]\nlisten = 0\n"));
        for (const std::string version : {"-tls1_2", "-tls1_3"}) {
            const auto command = "printf 'hello\\nexit\\n' | openssl s_client -quiet " + version +
                                 " -connect 127.0.0.1:" + std::to_string(host.port("uppercase")) +
                                 " 2>/dev/null";
            CPPUNIT_ASSERT_EQUAL(std::string("HELLO\n"), printed(command));
        }
    }

    void echoesAMebibyteExactly() {
        BerthdProcess host(service());
        const auto message = pattern(std::size_t{1} << 20);
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            TlsClient client(host.port("echo"), version);
            for (std::size_t at = 0; at < message.size(); at += 65'536) {
                client.send(message.substr(at, 65'536));
                CHECK(client.receiveExactly(65'536) == message.substr(at, 65'536));
            }
        }
    }

    void keepsAMebibyteForAClientThatReadsLater() {
        BerthdProcess host(service());
        const auto message = pattern(std::size_t{1} << 20, 5);
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            TlsClient client(host.port("echo"), version);
            client.send(message);  // both ends' kernels hold it while nobody reads
            CHECK(client.receiveExactly(message.size()) == message);
        }
    }

    void dribblesByteByByte() {
        BerthdProcess host(service());
        TlsClient client(host.port("echo"));
        for (const char byte : pattern(300)) {
            client.send({&byte, 1});
            CPPUNIT_ASSERT_EQUAL(std::string(1, byte), client.receiveExactly(1));
        }
    }

    void goesOnWritingToAClientThatFinished() {
        BerthdProcess host(service());
        const auto message = pattern(100'000);
        TlsClient client(host.port("echo"));
        client.send(message);
        client.finishSending();
        CHECK(client.receiveExactly(message.size()) == message);
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveExactly(1));
    }

    void tellsTheClientThatAllWasSent() {
        BerthdProcess host(tls("[service:greet]\nlisten = 0\n"));
        TlsClient client(host.port("greet"));
        CPPUNIT_ASSERT_EQUAL(std::string("Thank you for connecting"), client.receiveExactly(100));
        CPPUNIT_ASSERT(client.endedCleanly());
    }

    void takesOnlyClientsWithACertificate() {
        const Certificate known(folder_.path(), "known");
        const Certificate stranger(folder_.path(), "stranger");
        BerthdProcess host(service() + "tls_client_ca = " + known.file.string() + "\n");
        const auto port = host.port("echo");
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            CPPUNIT_ASSERT_EQUAL(std::string("x"), echoed(port, version, &known));
            CPPUNIT_ASSERT_EQUAL(std::string(), echoed(port, version, nullptr));
            CPPUNIT_ASSERT_EQUAL(std::string(), echoed(port, version, &stranger));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("x"), echoed(port, TLS1_3_VERSION, &known));
    }

    void resumesSessions() {
        BerthdProcess host(service());
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            resumeOne(host.port("echo"), version, nullptr);
        }
    }

    void resumesSessionsOfClientsWithACertificate() {
        const Certificate known(folder_.path(), "known");
        BerthdProcess host(service() + "tls_client_ca = " + known.file.string() + "\n");
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            resumeOne(host.port("echo"), version, &known);
        }
    }

    void replacesItsCertificateUnderItsClients() {
        BerthdProcess host(service());
        const auto port = host.port("echo");
        TlsClient old(port);
        CPPUNIT_ASSERT_EQUAL(std::string("server"), old.serverName());
        const Certificate next(folder_.path(), "next");
        std::filesystem::rename(next.key, server_.key);
        std::filesystem::rename(next.file, server_.file);
        CHECK(startsWith(host.control("reload"), "OK"));
        old.send("still here");
        CPPUNIT_ASSERT_EQUAL(std::string("still here"), old.receiveExactly(10));
        TlsClient fresh(port);
        CPPUNIT_ASSERT_EQUAL(std::string("next"), fresh.serverName());
        fresh.send("new");
        CPPUNIT_ASSERT_EQUAL(std::string("new"), fresh.receiveExactly(3));
    }

    void refusesPlainText() {
        BerthdProcess host(service());
        auto client = host.connect("echo");
        client.send("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
        CHECK(!contains(untilTheEnd(client), "GET"));
        CHECK(waitUntil([&] { return contains(host.output(), "protocol error"); }));
        CPPUNIT_ASSERT_EQUAL(std::string("x"), echoed(host.port("echo"), TLS1_3_VERSION, nullptr));
    }

    void servesOthersWhileSomebodyNeverShakesHands() {
        BerthdProcess host(service());
        const auto port = host.port("echo");
        std::vector<TcpClient> silent;
        for (int i = 0; i < 20; ++i) silent.emplace_back(port);
        silent.front().send("\x16\x03\x01");  // the beginning of a handshake
        CPPUNIT_ASSERT_EQUAL(std::string("x"), echoed(port, TLS1_3_VERSION, nullptr));
    }

    // Where this process is stopped for a while, a client may be too late with its first byte.
    void closesAnIdleClient() {
        BerthdProcess host(service() + "idle_timeout = 300ms\n");
        const auto port = host.port("echo");
        const auto servedThenClosed = [&] {
            try {
                TlsClient client(port);
                client.send("x");
                return client.receiveExactly(2) == "x";
            } catch (const std::runtime_error&) {
                return false;
            }
        };
        CPPUNIT_ASSERT(waitUntil(servedThenClosed));
        CHECK(waitUntil([&] { return contains(host.output(), "idle timeout"); }));
    }

    void killsAClient() {
        BerthdProcess host(service());
        TlsClient client(host.port("echo"));
        client.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
        CHECK(tellsOfACut(host.control("kill 1")));
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveExactly(1));
        CHECK(waitUntil([&] { return contains(host.output(), "killed"); }));
    }

    [[nodiscard]] std::string tls(const std::string& section) const {
        return section + "tls_certificate = " + server_.file.string() +
               "\ntls_key = " + server_.key.string() + "\n";
    }
    [[nodiscard]] std::string service() const { return tls("[service:echo]\nlisten = 0\n"); }

    // What one byte comes back as; nothing when the server refuses the client.
    static std::string echoed(std::uint16_t port, int version, const Certificate* own) {
        try {
            TlsClient client(port, version, own);
            client.send("x");
            return client.receiveExactly(1);
        } catch (const std::runtime_error&) {
            return {};
        }
    }

    static void resumeOne(std::uint16_t port, int version, const Certificate* own) {
        TlsClient first(port, version, own);
        first.send("a");
        CPPUNIT_ASSERT_EQUAL(std::string("a"), first.receiveExactly(1));
        CPPUNIT_ASSERT(!first.resumed());
        const auto session = first.session();
        TlsClient second(port, version, own, session.get());
        CPPUNIT_ASSERT(second.resumed());
        second.send("b");
        CPPUNIT_ASSERT_EQUAL(std::string("b"), second.receiveExactly(1));
    }

    // Perhaps an alert, then the end, which may be a reset.
    static std::string untilTheEnd(TcpClient& client) {
        try {
            return client.receiveAll();
        } catch (const Poco::IOException&) {
            return {};
        }
    }

    static std::string printed(const std::string& command) {
        const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "re"), ::pclose);
        std::string text(4096, '\0');
        text.resize(std::fread(text.data(), 1, text.size(), pipe.get()));
        return text;
    }

    const TemporaryFolder folder_;
    const Certificate server_{folder_.path(), "server"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsTest);

}  // namespace
}  // namespace berth::test
