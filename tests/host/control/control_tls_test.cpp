// tests/host/control/control_tls_test.cpp - the control port over TLS.
#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Pipe.h>
#include <Poco/Process.h>
#include <Poco/Timespan.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <filesystem>
#include <string>

#include "control_client.h"
#include "running_server.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using Clock = std::chrono::steady_clock;
using Poco::Net::Context;
using namespace std::chrono_literals;
using namespace std::string_literals;

void makeCertificate(const std::filesystem::path& certificate, const std::filesystem::path& key) {
    const Poco::Process::Args arguments{"req",        "-x509",    "-newkey",
                                        "ec",         "-pkeyopt", "ec_paramgen_curve:prime256v1",
                                        "-nodes",     "-subj",    "/CN=localhost",
                                        "-days",      "1",        "-keyout",
                                        key.string(), "-out",     certificate.string()};
    Poco::Pipe progress;
    CPPUNIT_ASSERT_EQUAL(
        0, Poco::Process::launch("openssl", arguments, nullptr, nullptr, &progress).wait());
}

// What the host would log, while it lives.
class CountingErrors : public Poco::ErrorHandler {
public:
    CountingErrors() : before_(set(this)) {}
    CountingErrors(const CountingErrors&) = delete;
    CountingErrors& operator=(const CountingErrors&) = delete;
    ~CountingErrors() override { set(before_); }

    void exception(const Poco::Exception&) override { ++count_; }
    void exception(const std::exception&) override { ++count_; }
    void exception() override { ++count_; }

    [[nodiscard]] int count() const { return count_; }

private:
    Poco::ErrorHandler* before_;
    std::atomic<int> count_{0};
};

}  // namespace

class ControlTlsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ControlTlsTest);
    CPPUNIT_TEST(speaksTlsOverTcpAndNotOverTheUnixSocket);
    CPPUNIT_TEST(stillWantsTheToken);
    CPPUNIT_TEST(closesIdleClientsInTime);
    CPPUNIT_TEST(isNotHeldUpByAHandshakeThatNeverComes);
    CPPUNIT_TEST(isNoErrorWhenAStrangerIsSilent);
    CPPUNIT_TEST(refusesACertificateThatIsNone);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        settings_.certificate = folder_ / "certificate.pem";
        settings_.key = folder_ / "key.pem";
        makeCertificate(settings_.certificate, settings_.key);
    }

    void speaksTlsOverTcpAndNotOverTheUnixSocket() {
        const RunningServer server(settings_);
        auto client = connect(server);
        CPPUNIT_ASSERT_EQUAL("OK authenticated\n.\n"s, client.ask("auth " + server.token()));
        CPPUNIT_ASSERT_EQUAL("OK stop shout\n.\n"s, client.ask("stop shout"));
        std::string requests;
        for (int i = 0; i < 200; ++i) requests += "help\n";
        client.send(requests);
        for (int i = 0; i < 200; ++i) CHECK(endsWith(client.reply(), "\n.\n"));
        CPPUNIT_ASSERT_EQUAL("OK bye\n.\n"s, client.ask("quit"));
        CPPUNIT_ASSERT_EQUAL(""s, client.rest());
        ControlClient local(server.socketPath());
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, local.ask("ping"));
    }

    void stillWantsTheToken() {
        const RunningServer server(settings_);
        auto client = connect(server);
        CHECK(startsWith(client.ask("status"), "ERR denied"));
        CHECK(startsWith(client.ask("auth wrong"), "ERR denied"));
    }

    void closesIdleClientsInTime() {
        settings_.limits.login = 200ms;
        const RunningServer server(settings_);
        auto client = connect(server);
        const auto start = Clock::now();
        CPPUNIT_ASSERT_EQUAL("ERR timeout no request for 200ms; closing\n.\n"s, client.rest());
        CHECK(Clock::now() - start < 10s);
    }

    void isNotHeldUpByAHandshakeThatNeverComes() {
        settings_.maxConnections = 1;
        RunningServer server(settings_);
        ControlClient silent(server.port());
        ControlClient garbage(server.port());
        garbage.send("status\nstatus\nstatus\nstatus\n");
        const auto start = Clock::now();
        auto client = connect(server);
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, client.ask("ping"));
        // Nobody closed it, so the others did not wait for the end of its handshake.
        CPPUNIT_ASSERT(!silent.socket().poll(Poco::Timespan(0), Poco::Net::Socket::SELECT_READ));
        server.stop();
        CHECK(Clock::now() - start < 9s);
    }

    void isNoErrorWhenAStrangerIsSilent() {
        CountingErrors errors;
        RunningServer server(settings_);
        ControlClient silent(server.port());
        CPPUNIT_ASSERT_EQUAL(""s, silent.rest());  // after kHandshakeTime
        server.stop();
        CPPUNIT_ASSERT_EQUAL(0, errors.count());
    }

    void refusesACertificateThatIsNone() {
        settings_.certificate = folder_.write("garbage.pem", "no certificate");
        CPPUNIT_ASSERT_THROW(RunningServer{settings_}, std::runtime_error);
    }

private:
    static ControlClient connect(const RunningServer& server) {
        const Context::Ptr context =
            new Context(Context::TLS_CLIENT_USE, "", "", "", Context::VERIFY_NONE);
        return ControlClient(Poco::Net::SecureStreamSocket(
            Poco::Net::SocketAddress("127.0.0.1", server.port()), context));
    }

    TemporaryFolder folder_;
    ServerSettings settings_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ControlTlsTest);

}  // namespace berth::test
