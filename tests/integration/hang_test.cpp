// tests/integration/hang_test.cpp - one handler stops nobody else, and is named.
#include <cppunit/extensions/HelperMacros.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/unique_fd.h"
#include "integration/attempts.h"
#include "support/berthd_process.h"
#include "support/check.h"
#include "support/fastest.h"
#include "support/sanitized.h"
#include "support/tls_client.h"
#include "texts.h"

namespace berth::test {
namespace {

using std::chrono::milliseconds;

// Longer than any test that kills its host meanwhile.
const std::string kForEver = "pause = 10m\n";

std::string spins(const std::string& keys) {
    return "[service:spins]\nlisten = 0\nengine = fibers\n" + keys;
}
const std::string kEcho = "[service:echo]\nlisten = 0\nengine = fibers\n";

// What the log says of a loop that does not turn, and of one whose thread had no turn to answer.
const std::string kNamed = " on it: handle() of service \"spins\"";
const std::string kUnnamed = " on it: its thread gives no answer";

// Where a service manager would listen.
class NotifySocket {
public:
    NotifySocket() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const auto path = this->path().string();
        std::memcpy(address.sun_path, path.c_str(), path.size());
        CPPUNIT_ASSERT_EQUAL(
            0, ::bind(socket_.value(), reinterpret_cast<sockaddr*>(&address), sizeof address));
    }
    [[nodiscard]] std::filesystem::path path() const { return folder_ / "notify"; }
    // Whether these lines come within `limit`.
    [[nodiscard]] bool hears(std::string_view lines, milliseconds limit) const {
        const auto deadline = std::chrono::steady_clock::now() + limit;
        std::array<char, 512> text{};
        while (std::chrono::steady_clock::now() < deadline) {
            const auto left =
                std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
            pollfd readable{socket_.value(), POLLIN, 0};
            if (::poll(&readable, 1, static_cast<int>(left.count())) <= 0) return false;
            const auto count = ::recv(socket_.value(), text.data(), text.size(), MSG_DONTWAIT);
            if (count > 0 &&
                std::string_view(text.data(), static_cast<std::size_t>(count)) == lines)
                return true;
        }
        return false;
    }

private:
    TemporaryFolder folder_;
    host::UniqueFd socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

class HangTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HangTest);
    CPPUNIT_TEST(namesTheHandlerThatKeepsALoopFromTurning);
    CPPUNIT_TEST(namesItWithinASecond);
    CPPUNIT_TEST(servesNewClientsOnOtherLoops);
    CPPUNIT_TEST(tellsTheTruthOfKillAndStop);
    CPPUNIT_TEST(tellsTheTruthOfKillOnThreads);
    CPPUNIT_TEST(feedsTheWatchdogOnlyWhileLoopsTurn);
    CPPUNIT_TEST(givesEachServiceHelpersOfItsOwn);
    CPPUNIT_TEST(shakesHandsWhileAServiceHoldsItsHelpers);
    CPPUNIT_TEST(servesAClientAsSoonAsThereIsAStack);
    CPPUNIT_TEST_SUITE_END();

    void namesTheHandlerThatKeepsALoopFromTurning() {
        BerthdProcess host(spins("pause = 3s\n") + kEcho,
                           {.hostKeys = "loops = 1\nhang_report = 300ms\n"});
        auto echo = host.connect("echo");
        echo.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), echo.receiveExactly(1));
        auto client = host.connect("spins");
        const auto address = client.socket().address().toString();
        const auto status = statusWhileItSpins(host, client);
        CHECK(contains(status, " hanging "));
        CHECK(contains(status, "held up by \"spins\""));
        for (const auto& part : {std::string("loop 1 does not turn"), kNamed, address,
                                 std::string("plugin spins 1.2.3"), std::string("backtrace=")}) {
            CHECK(logs(host, part));
        }
        CHECK(logs(host, "loop 1 turns again"));
        // A loop that the machine stops for long hangs, too, until it is given its turn.
        CHECK(waitUntil([&] { return !contains(host.control("status"), " hanging "); }));
    }

    // Once it was told that the client's handler does not come back. It spins for three seconds,
    // and again when this process or a thread of the host had no turn in that time.
    static std::string statusWhileItSpins(const BerthdProcess& host, TcpClient& client) {
        constexpr int kAttempts = 5;
        std::string status;
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            const InTime inTime(milliseconds(3000));
            const bool told = isToldWhileItSpins(host, client, kNamed);
            status = host.control("status");
            const bool stillSpins = inTime();
            CPPUNIT_ASSERT_EQUAL(std::string("spin"), client.receiveExactly(4));
            // The log tells it a moment before the status does.
            if (told && stillSpins && contains(status, " hanging ")) break;
        }
        return status;
    }

    // Whether the log gets one more line with this text while the client's handler spins.
    static bool isToldWhileItSpins(const BerthdProcess& host, TcpClient& client,
                                   const std::string& text) {
        const auto before = count(host.output(), text);
        const auto isTold = [&] { return count(host.output(), text) > before; };
        client.send("spin");
        static_cast<void>(waitUntil([&] { return isTold() || isAnswered(client); }));
        return isTold();
    }
    static bool isAnswered(TcpClient& client) {
        return client.socket().poll(Poco::Timespan(0), Poco::Net::Socket::SELECT_READ);
    }

    // As shipped.
    void namesItWithinASecond() {
        BerthdProcess host(spins("pause = 3s\n"), {.hostKeys = "loops = 1\n"});
        auto client = host.connect("spins");
        const auto took = fastest(milliseconds(1000), [&] {
            const auto begun = std::chrono::steady_clock::now();
            const bool told = isToldWhileItSpins(host, client, "does not turn");
            const auto waited = std::chrono::steady_clock::now() - begun;
            CPPUNIT_ASSERT_EQUAL(std::string("spin"), client.receiveExactly(4));
            return told ? std::chrono::duration_cast<milliseconds>(waited)
                        : milliseconds(kPatience);
        });
        CHECK(took.count() <= 1000);
    }

    // Some of them were given to the loop before it was known, and go on to the other one.
    void servesNewClientsOnOtherLoops() {
        BerthdProcess host(spins(kForEver) + kEcho,
                           {.hostKeys = "loops = 2\nhang_report = 300ms\n"});
        auto spinning = hang(host);
        std::vector<TcpClient> clients;
        for (int i = 0; i < 20; ++i) clients.push_back(host.connect("echo"));
        for (auto& client : clients) {
            client.send("x");
            CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
        }
        CHECK(logs(host, "does not turn"));
        for (int i = 0; i < 20; ++i) {
            auto client = host.connect("echo");
            client.send("y");
            CPPUNIT_ASSERT_EQUAL(std::string("y"), client.receiveExactly(1));
        }
    }

    void tellsTheTruthOfKillAndStop() { CPPUNIT_ASSERT(inAFewAttempts(tellsTheTruthOfAHang)); }

    // False when the loop's thread had no turn to tell what it does.
    static bool tellsTheTruthOfAHang() {
        BerthdProcess host(spins(kForEver + "drain_timeout = 100ms\n"),
                           {.hostKeys = "loops = 2\nhang_report = 300ms\n"});
        auto spinning = hang(host);
        const auto isTold = [&](const std::string& text) {
            return static_cast<bool>(contains(host.output(), text));
        };
        CPPUNIT_ASSERT(waitUntil([&] { return isTold(kNamed) || isTold(kUnnamed); }));
        if (!isTold(kNamed)) return false;
        const auto killed = killWithAnother(host);
        expect(killed, "ERR timeout killed 1 connection of spins; 1 handler that was cut goes on");
        expect(killed, "does not come back, and loop ");
        const auto stopped = host.control("stop spins");
        expect(stopped, "a handler does not end");
        expect(stopped, "does not come back, and loop ");
        return true;
    }

    // The reply when one client's handler spins and another's notices that it is cut: again where
    // that had no turn in the two seconds that the host waits.
    static std::string killWithAnother(const BerthdProcess& host) {
        std::string reply;
        static_cast<void>(inAFewAttempts([&] {
            auto other = host.connect("spins");
            other.send("x");
            CPPUNIT_ASSERT_EQUAL(std::string("x"), other.receiveExactly(1));
            reply = host.control("kill service spins");
            return static_cast<bool>(contains(reply, "killed 1 connection of spins; 1 handler"));
        }));
        return reply;
    }

    void tellsTheTruthOfKillOnThreads() {
        BerthdProcess host("[service:ignores_cut]\nlisten = 0\nengine = threads\n");
        auto client = host.connect("ignores_cut");
        client.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
        const auto killed = host.control("kill service ignores_cut");
        expect(killed, "killed 0 connections of ignores_cut; 1 handler that was cut goes on");
        expect(killed, "on a thread of its own");
    }

    void feedsTheWatchdogOnlyWhileLoopsTurn() {
        const NotifySocket manager;
        BerthdProcess host(
            spins("pause = 5s\n"),
            {.hostKeys = "loops = 1\nhang_report = 300ms\n",
             .environment = {"WATCHDOG_USEC=400000", "NOTIFY_SOCKET=" + manager.path().string()}});
        CPPUNIT_ASSERT(manager.hears("WATCHDOG=1", kPatience));
        CPPUNIT_ASSERT(manager.hears("WATCHDOG=1", kPatience));
        auto client = hang(host);
        // Two of its intervals at least pass in silence while the loop hangs. It hangs again when
        // this process had no turn in that time.
        CPPUNIT_ASSERT(waitUntil([&] {
            if (isAnswered(client)) {
                CPPUNIT_ASSERT_EQUAL(std::string("spin"), client.receiveExactly(4));
                client.send("spin");
            }
            return !manager.hears("WATCHDOG=1", milliseconds(800));
        }));
        CPPUNIT_ASSERT_EQUAL(std::string("spin"), client.receiveExactly(4));
        CPPUNIT_ASSERT(manager.hears("WATCHDOG=1", kPatience));
    }

    void givesEachServiceHelpersOfItsOwn() {
        const auto other =
            "[service:other]\nplugin = spins\nlisten = 0\nengine = fibers\n"
            "pause = 1ms\n";
        BerthdProcess host(spins(kForEver) + other, {.hostKeys = "hang_report = 300ms\n"});
        const auto clients = blockAllHelpers(host);
        auto client = host.connect("other");
        client.send("block");
        CPPUNIT_ASSERT_EQUAL(std::string("block"), client.receiveExactly(5));
    }

    // Also of the service itself: those steps are the host's.
    void shakesHandsWhileAServiceHoldsItsHelpers() {
        const TemporaryFolder folder;
        const Certificate own(folder.path(), "server");
        const auto tls =
            "tls_certificate = " + own.file.string() + "\ntls_key = " + own.key.string() + "\n";
        BerthdProcess host(spins(kForEver) + kEcho + tls + "[service:both]\nplugin = spins\n" +
                               "listen = 0\nengine = fibers\n" + kForEver + tls,
                           {.hostKeys = "hang_report = 300ms\n"});
        const auto plain = blockAllHelpers(host);
        std::vector<std::unique_ptr<TlsClient>> secured;
        for (int i = 0; i < 130; ++i) {
            secured.push_back(std::make_unique<TlsClient>(host.port("both")));
            secured.back()->send("block");
        }
        CHECK(logs(host, "of service \"both\" cannot go on"));
        for (const auto* service : {"echo", "both"}) {
            for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
                TlsClient client(host.port(service), version);
                client.send("x");
                CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
            }
        }
    }

    // 64 of them are mapped at once, of which there is no room here.
    void servesAClientAsSoonAsThereIsAStack() {
        if (kSanitized) return;  // a sanitizer maps more than any limit allows
        BerthdProcess host(kEcho,
                           {.hostKeys = "loops = 1\nstack_size = 16M\nhang_report = 300ms\n"});
        rlimit before{};
        CPPUNIT_ASSERT_EQUAL(0, ::prlimit(host.pid(), RLIMIT_AS, nullptr, &before));
        const rlimit low{mapped(host) + (rlim_t{512} << 20), before.rlim_max};
        CPPUNIT_ASSERT_EQUAL(0, ::prlimit(host.pid(), RLIMIT_AS, &low, nullptr));
        std::vector<TcpClient> clients;
        for (int i = 0; i < 3; ++i) {
            clients.push_back(host.connect("echo"));
            clients.back().send("x");
        }
        CHECK(logs(host, "on loop 1 cannot begin for want of memory for a stack"));
        CHECK(waitUntil([&] { return contains(host.control("status"), "3 open"); }));
        CPPUNIT_ASSERT_EQUAL(0, ::prlimit(host.pid(), RLIMIT_AS, &before, nullptr));
        for (auto& client : clients)
            CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
    }

    // Bytes of its address space.
    static rlim_t mapped(const BerthdProcess& host) {
        const auto pages = readFile("/proc/" + std::to_string(host.pid()) + "/statm");
        return std::stoull(pages) * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
    }

    // Clients of "spins" that wait for ever, two of them for a helper.
    static std::vector<TcpClient> blockAllHelpers(const BerthdProcess& host) {
        std::vector<TcpClient> clients;
        for (int i = 0; i < 130; ++i) {
            clients.push_back(host.connect("spins"));
            clients.back().send("block");
        }
        CHECK(logs(host, "its 128 are busy with blocking work"));
        return clients;
    }

    // A client whose handler keeps its loop from turning.
    static TcpClient hang(const BerthdProcess& host) {
        auto client = host.connect("spins");
        client.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
        client.send("spin");
        return client;
    }
    static Finding logs(const BerthdProcess& host, std::string_view text) {
        return waitUntil([&] { return contains(host.output(), text); });
    }
    static void expect(const std::string& text, std::string_view part) {
        CHECK(contains(text, part));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HangTest);

}  // namespace
}  // namespace berth::test
