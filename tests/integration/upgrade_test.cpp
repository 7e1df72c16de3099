// tests/integration/upgrade_test.cpp - replacing the binary of a host that serves.
#include <Poco/Net/NetException.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <future>
#include <random>
#include <string>

#include "integration/attempts.h"
#include "support/berthd_process.h"
#include "support/check.h"
#include "texts.h"

namespace berth::test {
namespace {

class UpgradeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UpgradeTest);
    CPPUNIT_TEST(movesPortsClientsAndThePidfile);
    CPPUNIT_TEST(cutsWhatOutlivesTheDrain);
    CPPUNIT_TEST(takesOverUnixSockets);
    CPPUNIT_TEST(keepsEachServicesOwnPort);
    CPPUNIT_TEST(upgradesAtUsr2);
    CPPUNIT_TEST(goesOnWhenTheNewOneFails);
    CPPUNIT_TEST(goesOnWhenTheNewOneHangs);
    CPPUNIT_TEST(killsWhatAScriptStarted);
    CPPUNIT_TEST(staysAloneWhenTheNewOneIsLate);
    CPPUNIT_TEST(isNotFollowedWhenItEndsInBetween);
    CPPUNIT_TEST(goesOnWhenTheConfigurationIsBroken);
    CPPUNIT_TEST(goesOnWhenAnAddressIsTaken);
    CPPUNIT_TEST(appliesTheConfigurationOfTheMoment);
    CPPUNIT_TEST(closesWhatIsNoLongerWantedAtOnce);
    CPPUNIT_TEST(queuesNobodyBehindAServiceThatIsStopped);
    CPPUNIT_TEST(leavesAPortUnderAnotherNameToTwoReloads);
    CPPUNIT_TEST(refusesASecondUpgrade);
    CPPUNIT_TEST(endsAtOnceDuringAnUpgrade);
    CPPUNIT_TEST(servesAClientThatWasHeld);
    CPPUNIT_TEST(servesAClientWhoseHeaderComesLater);
    CPPUNIT_TEST_SUITE_END();

    const std::string echo_ = "[service:echo]\nlisten = 0\n";

    static std::string script(const BerthdProcess& host, const std::string& text) {
        const auto file = host.folder().write("script", "#!/bin/sh\n" + text + "\n");
        ::chmod(file.c_str(), 0755);
        return file.string();
    }

    static bool refuses(std::uint16_t port) {
        try {
            const TcpClient client(port);
            return false;
        } catch (const Poco::Net::ConnectionRefusedException&) {
            return true;
        }
    }

    // The old one serves as if nothing had happened.
    static void goesOn(BerthdProcess& host, TcpClient& client, const std::string& reply,
                       const std::string& reason) {
        CHECK(startsWith(reply, "ERR failed the new process"));
        CHECK(contains(reply, reason));
        CPPUNIT_ASSERT_EQUAL(std::string("old"), answer(client, "old"));
        auto another = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("new"), answer(another, "new"));
        CHECK(contains(host.control("json status"), "\"pid\":" + std::to_string(host.pid())));
    }

    void movesPortsClientsAndThePidfile() {
        TemporaryFolder folder;
        const auto pidFile = folder / "pid";
        BerthdProcess host(echo_, {.arguments = {"--pidfile=" + pidFile.string()}});
        const auto port = host.port("echo");
        const auto before = host.pid();
        auto client = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("one"), answer(client, "one"));
        const auto reply = host.control("upgrade");
        CHECK(contains(reply, std::to_string(before) + " drains"));
        CPPUNIT_ASSERT_EQUAL(port, host.port("echo"));
        CPPUNIT_ASSERT_EQUAL(std::string("two"), answer(client, "two"));
        client.finishSending();
        CPPUNIT_ASSERT_EQUAL(0, host.follow().value_or(-1));
        CHECK(before != host.pid());
        // The old process has ended; the new one writes its file behind the last word.
        const auto own = std::to_string(host.pid());
        CHECK(waitUntil([&] { return startsWith(readFile(pidFile), own); }));
        auto another = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("three"), answer(another, "three"));
        host.signal(SIGTERM);
        another.finishSending();
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
        CPPUNIT_ASSERT(!std::filesystem::exists(pidFile));
    }

    void cutsWhatOutlivesTheDrain() {
        BerthdProcess host(echo_ + "drain_timeout = 100ms\n");
        auto client = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("one"), answer(client, "one"));
        CHECK(startsWith(host.control("upgrade"), "OK"));
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
        CPPUNIT_ASSERT_EQUAL(0, host.follow().value_or(-1));
    }

    void takesOverUnixSockets() {
        BerthdProcess host("[service:echo]\nlisten = unix:echo.sock\n");
        for (int i = 0; i < 3; ++i) {
            TcpClient before(host.folder() / "echo.sock");
            CPPUNIT_ASSERT_EQUAL(std::string("a"), answer(before, "a"));
            CHECK(startsWith(host.control("upgrade"), "OK"));
            TcpClient after(host.folder() / "echo.sock");
            CPPUNIT_ASSERT_EQUAL(std::string("b"), answer(after, "b"));
            CPPUNIT_ASSERT_EQUAL(std::string("c"), answer(before, "c"));
            before.finishSending();
            CPPUNIT_ASSERT_EQUAL(0, host.follow().value_or(-1));
            CPPUNIT_ASSERT_EQUAL(std::string("d"), answer(after, "d"));
        }
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
        CPPUNIT_ASSERT(!std::filesystem::exists(host.folder() / "echo.sock"));
        CPPUNIT_ASSERT(!std::filesystem::exists(host.folder() / "control.sock"));
    }

    void keepsEachServicesOwnPort() {
        BerthdProcess host("[service:greet]\nlisten = 0\n[service:echo]\nlisten = 0\n");
        const auto echo = host.port("echo");
        const auto greet = host.port("greet");
        CHECK(startsWith(host.control("upgrade"), "OK"));
        CPPUNIT_ASSERT_EQUAL(echo, host.port("echo"));
        CPPUNIT_ASSERT_EQUAL(greet, host.port("greet"));
    }

    void upgradesAtUsr2() {
        BerthdProcess host(echo_);
        host.signal(SIGUSR2);
        CHECK(waitUntil(
            [&] { return contains(host.output(), std::to_string(host.pid()) + " drains"); }));
        CPPUNIT_ASSERT_EQUAL(0, host.follow().value_or(-1));
        auto client = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(client, "x"));
    }

    void goesOnWhenTheNewOneFails() {
        BerthdProcess host(echo_);
        auto client = host.connect("echo");
        const auto failing = script(host, "exit 1");
        goesOn(host, client, host.control("upgrade " + failing), "exit status 1");
        goesOn(host, client, host.control("upgrade /nonexistent"), "No such file");
        const auto relative = host.control("upgrade berthd");
        CHECK(startsWith(relative, "ERR bad-value"));
    }

    void goesOnWhenTheNewOneHangs() {
        BerthdProcess host(echo_, {.hostKeys = "upgrade_timeout = 300ms\n"});
        auto client = host.connect("echo");
        const auto hanging = script(host, "exec sleep 60");
        goesOn(host, client, host.control("upgrade " + hanging), "not ready within 300ms");
    }

    // The process that a script wrote the number of.
    static bool gone(const BerthdProcess& host) {
        return waitUntil([&] {
            const auto text = readFile(host.folder() / "number");
            if (text.empty()) return false;
            const auto number = static_cast<pid_t>(std::stol(text));
            return ::waitpid(number, nullptr, WNOHANG) == number || ::kill(number, 0) != 0;
        });
    }

    // Hosts with one client each, until one's script came so far as to write its number before it
    // was killed. On a busy machine that takes longer.
    template <class Test>
    void withTimeForAScript(Test test) const {
        for (const std::string limit : {"300ms", "4s", "12s"}) {
            BerthdProcess host(echo_, {.hostKeys = "upgrade_timeout = " + limit + "\n"});
            auto client = host.connect("echo");
            if (test(host, client, "not ready within " + limit)) return;
        }
        CPPUNIT_FAIL("no script came so far");
    }
    static bool numberWritten(const BerthdProcess& host) {
        return !readFile(host.folder() / "number").empty();
    }

    void killsWhatAScriptStarted() {
        withTimeForAScript([](BerthdProcess& host, TcpClient& client, const std::string& reason) {
            const auto behind = script(host, "cd $(dirname $0); sleep 60 & echo $! > number; wait");
            goesOn(host, client, host.control("upgrade " + behind), reason);
            if (!numberWritten(host)) return false;
            CPPUNIT_ASSERT(gone(host));
            return true;
        });
    }

    // A session of its own is not killed with the script's group. It ends with the host's folder.
    static std::string lateBerthd(const BerthdProcess& host) {
        return script(host,
                      "cd $(dirname $0); setsid sh -c 'echo $$ > number; "
                      "while test -e number && test ! -e go; do sleep 0.05; done; "
                      "exec \"$@\"' sh " BERTH_TEST_BINARY_DIR "/bin/berthd \"$@\" & wait");
    }

    void staysAloneWhenTheNewOneIsLate() {
        withTimeForAScript([](BerthdProcess& host, TcpClient& client, const std::string& reason) {
            goesOn(host, client, host.control("upgrade " + lateBerthd(host)), reason);
            if (!numberWritten(host)) return false;
            host.folder().write("go", "");
            CHECK(waitUntil([&] { return contains(host.output(), "ends without having served"); }));
            CPPUNIT_ASSERT(gone(host));
            goesOn(host, client, host.control("upgrade /nonexistent"), "No such file");
            return true;
        });
    }

    void isNotFollowedWhenItEndsInBetween() {
        BerthdProcess host(echo_, {.hostKeys = "upgrade_timeout = 1h\n"});
        TcpClient operation(host.folder() / "control.sock");
        operation.send("upgrade " + lateBerthd(host) + "\n");
        CPPUNIT_ASSERT(waitUntil([&] { return numberWritten(host); }));
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
        host.folder().write("go", "");
        CPPUNIT_ASSERT(gone(host));
        CHECK(!contains(host.output(), "took over"));
    }

    void goesOnWhenTheConfigurationIsBroken() {
        BerthdProcess host(echo_);
        auto client = host.connect("echo");
        host.configure(echo_ + "lisen = 3\n");
        goesOn(host, client, host.control("upgrade"), "unknown key \"lisen\"");
        host.signal(SIGUSR2);
        CHECK(waitUntil([&] { return contains(host.output(), "upgrade refused: "); }));
        CPPUNIT_ASSERT(std::filesystem::exists(host.folder() / "control.sock"));
    }

    void goesOnWhenAnAddressIsTaken() {
        BerthdProcess other(echo_);
        BerthdProcess host("[service:echo]\nlisten = 0, unix:echo.sock\n");
        auto client = host.connect("echo");
        host.configure("[service:echo]\nlisten = 0, unix:echo.sock, " +
                       std::to_string(other.port("echo")) + "\n");
        goesOn(host, client, host.control("upgrade"), "Address already in use");
        TcpClient local(host.folder() / "echo.sock");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(local, "x"));
    }

    void appliesTheConfigurationOfTheMoment() {
        BerthdProcess host(
            "[service:echo]\nlisten = unix:echo.sock\n[service:greet]\nlisten = 0\n");
        host.configure("[service:greet]\nlisten = 0\n[service:uppercase]\nlisten = 0\n");
        const auto reply = host.control("upgrade");
        CHECK(contains(reply, "no longer wanted: unix:"));
        auto client = host.connect("uppercase");
        CPPUNIT_ASSERT_EQUAL(std::string("X"), answer(client, "x"));
        CHECK(waitUntil([&] { return !std::filesystem::exists(host.folder() / "echo.sock"); }));
    }

    void closesWhatIsNoLongerWantedAtOnce() {
        const std::string greet = "[service:greet]\nlisten = 0\n";
        BerthdProcess host("[service:echo]\nlisten = 0, unix:echo.sock\ndrain_timeout = 1m\n" +
                           greet);
        const auto port = host.port("echo");
        auto client = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("one"), answer(client, "one"));
        host.configure(greet);
        CHECK(startsWith(host.control("upgrade"), "OK"));
        CPPUNIT_ASSERT_THROW(TcpClient{port}, Poco::Net::ConnectionRefusedException);
        CPPUNIT_ASSERT_EQUAL(std::string("two"), answer(client, "two"));
        // The old process still drains; what it closed is free for others.
        host.configure("[service:echo]\nlisten = " + std::to_string(port) + "\n" + greet);
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "OK"));
        auto another = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(another, "x"));
        CPPUNIT_ASSERT_EQUAL(std::string("three"), answer(client, "three"));
    }

    void queuesNobodyBehindAServiceThatIsStopped() {
        BerthdProcess host(echo_ + "drain_timeout = 1m\n");
        const auto port = host.port("echo");
        auto client = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("one"), answer(client, "one"));
        CHECK(startsWith(host.control("upgrade"), "OK"));
        CHECK(startsWith(host.control("stop echo"), "OK"));
        CPPUNIT_ASSERT(waitUntil([&] { return refuses(port); }));
        CPPUNIT_ASSERT_EQUAL(std::string("two"), answer(client, "two"));
    }

    // As docs/changing-a-running-host.md advises.
    // The kernel gives it to nobody who wants any port, so that it is still free later on.
    static std::uint16_t portToReturnTo() {
        std::mt19937 random(std::random_device{}());
        std::uniform_int_distribution<int> ports(20'000, 32'000);
        for (;;) {
            const auto port = static_cast<std::uint16_t>(ports(random));
            if (refuses(port)) return port;
        }
    }

    void leavesAPortUnderAnotherNameToTwoReloads() {
        const auto port = portToReturnTo();
        BerthdProcess host("[service:echo]\nlisten = " + std::to_string(port) + "\n");
        auto client = host.connect("echo");
        const auto wanted = "[service:echo]\nlisten = *:" + std::to_string(port) + "\n";
        host.configure(wanted);
        goesOn(host, client, host.control("upgrade"), "Address already in use");
        host.configure("[service:echo]\nlisten = unix:moving.sock\n");
        CHECK(startsWith(host.control("reload"), "OK"));
        host.configure(wanted);
        CHECK(startsWith(host.control("reload"), "OK"));
        TcpClient another(port);
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(another, "x"));
        CPPUNIT_ASSERT_EQUAL(std::string("y"), answer(client, "y"));
    }

    void refusesASecondUpgrade() {
        BerthdProcess host(echo_, {.hostKeys = "upgrade_timeout = 1h\n"});
        const auto hanging = script(host, "echo hangs; exec sleep 60");
        auto first =
            std::async(std::launch::async, [&] { return host.control("upgrade " + hanging); });
        CHECK(waitUntil([&] { return contains(host.output(), "hangs"); }));
        const auto second = host.control("upgrade");
        CHECK(startsWith(second, "ERR conflict an upgrade is under way"));
        host.signal(SIGTERM);
        const auto reply = first.get();
        CHECK(contains(reply, "this one was told to end, and ends\n"));
    }

    void endsAtOnceDuringAnUpgrade() {
        BerthdProcess host(echo_, {.hostKeys = "upgrade_timeout = 1h\n"});
        const auto hanging = script(host, "echo hangs; exec sleep 60");
        TcpClient operation(host.folder() / "control.sock");
        operation.send("upgrade " + hanging + "\n");
        CHECK(waitUntil([&] { return contains(host.output(), "hangs"); }));
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
    }

    void servesAClientWhoseHeaderComesLater() {
        CPPUNIT_ASSERT(inAFewAttempts([this] { return servesALateHeader(); }));
    }

    // False when it came later than the host waits for one, which is five seconds.
    [[nodiscard]] bool servesALateHeader() const {
        BerthdProcess host(echo_ + "proxy_protocol = 127.0.0.1\n");
        const InTime inTime(std::chrono::seconds(4));
        auto client = host.connect("echo");
        auto accepted = host.connect("echo");  // after the first one
        accepted.send("PROXY TCP4 192.0.2.1 192.0.2.2 1000 2000\r\nx");
        if (!inTime()) return false;
        CPPUNIT_ASSERT_EQUAL(std::string("x"), accepted.receiveExactly(1));
        accepted.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string(), accepted.receiveAll());
        CHECK(startsWith(host.control("upgrade"), "OK"));
        client.send("PROXY TCP4 192.0.2.1 192.0.2.2 1000 2000\r\nlate");
        if (!inTime()) return false;
        CPPUNIT_ASSERT_EQUAL(std::string("late"), client.receiveExactly(4));
        client.finishSending();
        CPPUNIT_ASSERT_EQUAL(0, host.follow().value_or(-1));
        return true;
    }

    void servesAClientThatWasHeld() {
        BerthdProcess host(echo_ + "max_connections = 1\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(first, "x"));
        auto held = host.connect("echo");
        CHECK(
            waitUntil([&] { return contains(host.control("json stats echo"), "\"holding\":1"); }));
        CHECK(startsWith(host.control("upgrade"), "OK"));
        CPPUNIT_ASSERT_EQUAL(std::string("held"), answer(held, "held"));
        CPPUNIT_ASSERT_EQUAL(std::string("first"), answer(first, "first"));
        first.finishSending();
        held.finishSending();
        CPPUNIT_ASSERT_EQUAL(0, host.follow().value_or(-1));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UpgradeTest);

}  // namespace
}  // namespace berth::test
