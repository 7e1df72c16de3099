// tests/cli/tls_process_test.cpp - services and control ports that speak TLS.
#include <Poco/Net/Context.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/Net/SecureServerSocket.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <string>

#include "cli/fake_server.h"
#include "cli/tool_process.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

class TlsProcessTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TlsProcessTest);
    CPPUNIT_TEST(talksWhenTheAuthorityIsTrusted);
    CPPUNIT_TEST(halfClosesAsPlainConnectionsDo);
    CPPUNIT_TEST(refusesAnUnknownAuthority);
    CPPUNIT_TEST(takesAnyCertificateWhenTold);
    CPPUNIT_TEST(asksTheControlPort);
    CPPUNIT_TEST(tellsOfAServiceWithoutTls);
    CPPUNIT_TEST(tellsOfAMissingAuthorityFile);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        const auto command =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
            "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout " +
            key() + " -out " + certificate() + " 2>/dev/null";
        CPPUNIT_ASSERT_EQUAL(0, std::system(command.c_str()));
        Poco::Net::initializeSSL();
    }

    void talksWhenTheAuthorityIsTrusted() {
        const FakeServer server(echo, socket());
        const auto result = talk(server.address(), {"--ca", certificate()});
        CPPUNIT_ASSERT_EQUAL(std::string(), result.err);
        CPPUNIT_ASSERT_EQUAL(std::string("you said hello\n"), result.out);
    }

    void halfClosesAsPlainConnectionsDo() {
        const FakeServer server(
            [](FakeClient& client) {
                const auto all = client.readToEnd();
                client.write(std::to_string(all.size()) + " bytes\n");
                client.finish();
            },
            socket());
        CPPUNIT_ASSERT_EQUAL(std::string("6 bytes\n"),
                             talk(server.address(), {"--ca", certificate()}).out);
    }

    void refusesAnUnknownAuthority() {
        const FakeServer server(echo, socket());
        const auto result = talk(server.address(), {"--tls"});
        CPPUNIT_ASSERT(result.status == 77 || result.status == 76);
        CPPUNIT_ASSERT_EQUAL(std::string(), result.out);
        CHECK(contains(result.err, "--ca"));
    }

    void takesAnyCertificateWhenTold() {
        const FakeServer server(echo, socket());
        CPPUNIT_ASSERT_EQUAL(0, talk(server.address(), {"--insecure"}).status);
    }

    void asksTheControlPort() {
        const FakeServer server(
            [](FakeClient& client) {
                client.write(client.readLine() == "auth s3cret" ? "OK\n.\n" : "ERR denied no\n.\n");
                static_cast<void>(client.readLine());
                client.write("OK pong\n.\n");
                static_cast<void>(client.readToEnd());
            },
            socket());
        const auto token = folder_.write("token", "s3cret\n");
        std::filesystem::permissions(token, std::filesystem::perms::owner_read);
        const auto ini = folder_.write("b.ini", "[control]\nlisten = " + server.address() +
                                                    "\ntoken_file = token\n"
                                                    "tls_certificate = cert.pem\n");
        const auto result = runTool({"ping", "--config", ini.string()});
        CPPUNIT_ASSERT_EQUAL(std::string(), result.err);
        CPPUNIT_ASSERT_EQUAL(std::string("pong\n"), result.out);
    }

    void tellsOfAServiceWithoutTls() {
        const FakeServer server([](FakeClient& client) {
            client.write("Thank you for connecting\n");
            static_cast<void>(client.readToEnd());
        });
        const auto result = talk(server.address(), {"--tls"});
        CPPUNIT_ASSERT_EQUAL(76, result.status);
        CHECK(contains(result.err, "TLS"));
    }

    void tellsOfAMissingAuthorityFile() {
        const FakeServer server(echo, socket());
        CPPUNIT_ASSERT_EQUAL(66, talk(server.address(), {"--ca", "/nonexistent.pem"}).status);
    }

private:
    static void echo(FakeClient& client) { client.write("you said " + client.readLine() + "\n"); }

    static ToolResult talk(const std::string& address, std::vector<std::string> options) {
        options.insert(options.begin(), {"talk", address});
        return runTool(options, {}, "hello\n");
    }

    std::string certificate() const { return (folder_ / "cert.pem").string(); }
    std::string key() const { return (folder_ / "key.pem").string(); }

    Poco::Net::ServerSocket socket() const {
        const Poco::Net::Context::Ptr context =
            new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, key(), certificate(), "",
                                   Poco::Net::Context::VERIFY_NONE);
        return Poco::Net::SecureServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0), 16, context);
    }

    TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsProcessTest);

}  // namespace
}  // namespace berth::test
