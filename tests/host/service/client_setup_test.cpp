// tests/host/service/client_setup_test.cpp - TLS and trusted proxies before the handler.
#include "host/service/client_setup.h"

#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>

#include <chrono>
#include <exception>
#include <future>
#include <string>
#include <string_view>
#include <thread>

#include "support/check.h"
#include "support/tcp_client.h"
#include "support/temporary_folder.h"
#include "support/tls_client.h"

namespace berth::test {
namespace {

using host::ClientSetup;
using host::ClientSetupOptions;
using Poco::Net::Context;

class ClientSetupTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientSetupTest);
    CPPUNIT_TEST(usesNoTlsWithoutACertificate);
    CPPUNIT_TEST(talksTls);
    CPPUNIT_TEST(refusesAClientThatSpeaksPlainText);
    CPPUNIT_TEST(leavesTheDescriptorToItsOwner);
    CPPUNIT_TEST(letsNoClientDribbleThroughItsHandshake);
    CPPUNIT_TEST(demandsAClientCertificate);
    CPPUNIT_TEST(namesTheFileThatIsMissing);
    CPPUNIT_TEST(refusesAKeyOfAnotherCertificate);
    CPPUNIT_TEST(refusesAFileThatIsNoCertificate);
    CPPUNIT_TEST(trustsOnlyTheProxiesItWasTold);
    CPPUNIT_TEST_SUITE_END();

public:
    void usesNoTlsWithoutACertificate() { CPPUNIT_ASSERT(!ClientSetup({}).usesTls()); }

    void talksTls() {
        const ClientSetup setup(options());
        CPPUNIT_ASSERT(setup.usesTls());
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), answer(setup, clientContext()));
    }

    void refusesAClientThatSpeaksPlainText() {
        const ClientSetup setup(options());
        const Poco::Net::ServerSocket listening(Poco::Net::SocketAddress("127.0.0.1", 0));
        TcpClient client(listening.address().port());
        client.send("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
        auto accepted = Poco::Net::ServerSocket(listening).acceptConnection();
        CPPUNIT_ASSERT_THROW(setup.secure(accepted), std::exception);
    }

    // A loop that watches the descriptor would take the next client of that number out.
    void leavesTheDescriptorToItsOwner() {
        const ClientSetup setup(options());
        Poco::Net::ServerSocket listening(Poco::Net::SocketAddress("127.0.0.1", 0));
        TcpClient client(listening.address().port());
        client.send("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
        auto accepted = listening.acceptConnection();
        const int descriptor = accepted.impl()->sockfd();
        CPPUNIT_ASSERT_THROW(setup.secure(accepted), std::exception);
        CHECK(::fcntl(descriptor, F_GETFD) >= 0);
        accepted.close();
        CHECK(::fcntl(descriptor, F_GETFD) < 0);
    }

    // The time is that of the whole handshake, whatever comes meanwhile.
    void letsNoClientDribbleThroughItsHandshake() {
        const ClientSetup setup(options());
        Poco::Net::ServerSocket listening(Poco::Net::SocketAddress("127.0.0.1", 0));
        TcpClient client(listening.address().port());
        auto accepted = listening.acceptConnection();
        const std::jthread dribbles([&](const std::stop_token& stop) {
            client.send(std::string_view("\x16\x03\x01\x40\x00", 5));  // a record of 16 KiB
            while (!stop.stop_requested()) {
                client.send("x");
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
        });
        try {
            setup.secure(accepted, std::chrono::milliseconds(100));
            CPPUNIT_FAIL("a handshake without end succeeded");
        } catch (const std::runtime_error& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("the handshake was not complete within its time"),
                                 std::string(error.what()));
        }
    }

    void demandsAClientCertificate() {
        auto strict = options();
        strict.tlsClientCa = client_.file;
        const ClientSetup setup(strict);
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), answer(setup, clientContext(&client_)));
        CPPUNIT_ASSERT_EQUAL(std::string(), answer(setup, clientContext()));
        CPPUNIT_ASSERT_EQUAL(std::string(), answer(setup, clientContext(&server_)));
    }

    void namesTheFileThatIsMissing() {
        auto wrong = options();
        wrong.tlsCertificate = folder_ / "missing.crt";
        expectError(wrong, "missing.crt");
        wrong = options();
        wrong.tlsKey = folder_ / "missing.key";
        expectError(wrong, "missing.key");
    }

    void refusesAKeyOfAnotherCertificate() {
        auto wrong = options();
        wrong.tlsKey = client_.key;
        expectError(wrong, client_.key.string());
    }

    void refusesAFileThatIsNoCertificate() {
        auto wrong = options();
        wrong.tlsCertificate = folder_.write("junk.crt", "no certificate\n");
        expectError(wrong, "junk.crt");
    }

    void trustsOnlyTheProxiesItWasTold() {
        ClientSetupOptions trusting;
        trusting.proxyProtocol = {ValueCodec<host::Network>::parse({"10.0.0.0/8", {}})};
        const ClientSetup setup(trusting);
        CPPUNIT_ASSERT(setup.trustsProxy(host::parsePeerAddress("10.1.2.3").value()));
        CPPUNIT_ASSERT(!setup.trustsProxy(host::parsePeerAddress("11.1.2.3").value()));
        CPPUNIT_ASSERT(!ClientSetup({}).trustsProxy(host::parsePeerAddress("10.0.0.1").value()));
    }

private:
    [[nodiscard]] ClientSetupOptions options() const {
        ClientSetupOptions tls;
        tls.tlsCertificate = server_.file;
        tls.tlsKey = server_.key;
        return tls;
    }

    static Context::Ptr clientContext(const Certificate* own = nullptr) {
        return new Context(Context::TLS_CLIENT_USE, own ? own->key.string() : "",
                           own ? own->file.string() : "", "", Context::VERIFY_NONE);
    }

    // What a client reads of a server that greets it; empty when the handshake failed.
    static std::string answer(const ClientSetup& setup, const Context::Ptr& context) {
        Poco::Net::ServerSocket listening(Poco::Net::SocketAddress("127.0.0.1", 0));
        auto served = std::async(std::launch::async, [&] {
            auto accepted = listening.acceptConnection();
            try {
                setup.secure(accepted);
                accepted.sendBytes("hello", 5);
            } catch (const std::exception&) {
                accepted.close();
            }
        });
        std::string received;
        try {
            Poco::Net::SecureStreamSocket client(listening.address(), context);
            char buffer[16];
            const auto count = client.receiveBytes(buffer, sizeof buffer);
            received.assign(buffer, static_cast<std::size_t>(std::max(count, 0)));
        } catch (const std::exception&) {
            received.clear();
        }
        served.get();
        return received;
    }

    static void expectError(const ClientSetupOptions& wrong, const std::string& part) {
        try {
            const ClientSetup setup(wrong);
        } catch (const std::runtime_error& error) {
            const std::string text = error.what();
            CHECK(contains(text, part));
            CHECK(!contains(text, "\n"));
            return;
        }
        CPPUNIT_FAIL("made from " + part);
    }

    const TemporaryFolder folder_;
    const Certificate server_{folder_.path(), "server"};
    const Certificate client_{folder_.path(), "client"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientSetupTest);

}  // namespace
}  // namespace berth::test
