// tests/integration/reload_test.cpp - changing a host while clients are connected.
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "support/berthd_process.h"
#include "support/check.h"
#include "texts.h"

namespace berth::test {
namespace {

class ReloadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReloadTest);
    CPPUNIT_TEST(changesNothingWhenTheFileIsBroken);
    CPPUNIT_TEST(changesNothingWhenAPortIsTaken);
    CPPUNIT_TEST(changesNothingWhenTheLogCannotBeOpened);
    CPPUNIT_TEST(keepsItsLogWhenTheRestIsRefused);
    CPPUNIT_TEST(changesNothingWhenAServiceCannotBeMade);
    CPPUNIT_TEST(planTellsAndChangesNothing);
    CPPUNIT_TEST(complainsOfABadPluginForEachService);
    CPPUNIT_TEST(tellsFilesOfOneNameInTwoFoldersApart);
    CPPUNIT_TEST(newSettingsServeNewClientsWhileOldOnesGoOn);
    CPPUNIT_TEST(movesAListenerWithoutTouchingConnections);
    CPPUNIT_TEST(handsAnAddressFromOneServiceToAnother);
    CPPUNIT_TEST(removesAServiceAndCutsItAfterTheDrain);
    CPPUNIT_TEST(drainsRemovedServicesSideBySide);
    CPPUNIT_TEST(restartsWithoutAGap);
    CPPUNIT_TEST(stopsAndStarts);
    CPPUNIT_TEST(outlivesARemovedServiceWithoutItsPlugin);
    CPPUNIT_TEST(showsWhatIsInForce);
    CPPUNIT_TEST(drainsAndTellsWhatIsLeft);
    CPPUNIT_TEST(killsAConnection);
    CPPUNIT_TEST(loadsAndUnloadsAPlugin);
    CPPUNIT_TEST(survivesAHandlerThatThrows);
    CPPUNIT_TEST_SUITE_END();

    static std::string greeting(const std::string& text) {
        return "[service:echo]\nlisten = 0\ngreeting = " + text + "\n";
    }

    void changesNothingWhenTheFileIsBroken() {
        BerthdProcess host(greeting("one"));
        const auto port = host.port("echo");
        host.configure(greeting("two") + "lisen = 3\n");
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "ERR bad-config"));
        CHECK(contains(reply, "unknown key \"lisen\""));
        CPPUNIT_ASSERT_EQUAL(port, host.port("echo"));
        CPPUNIT_ASSERT_EQUAL(std::string("one"), host.connect("echo").receiveExactly(3));
    }

    // In the ini, until the next reload.
    static void logTo(const BerthdProcess& host, const std::string& file) {
        auto ini = readFile(host.config());
        ini.insert(ini.find("state = state\n"), "log = " + file + "\n");
        host.folder().write("berth.ini", ini);
    }

    void changesNothingWhenTheLogCannotBeOpened() {
        BerthdProcess host(greeting("one"));
        host.configure(greeting("two"));
        logTo(host, "nowhere/berth.log");
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "ERR log "));
        CHECK(contains(reply, "nowhere/berth.log"));
        CPPUNIT_ASSERT_EQUAL(std::string("one"), host.connect("echo").receiveExactly(3));
    }

    void keepsItsLogWhenTheRestIsRefused() {
        BerthdProcess other("[service:echo]\nlisten = 0\n");
        BerthdProcess host(greeting("one"));
        host.configure("[service:echo]\nlisten = " + std::to_string(other.port("echo")) + "\n");
        logTo(host, "berth.log");
        CHECK(startsWith(host.control("reload"), "ERR address"));
        host.signal(SIGHUP);
        CHECK(waitUntil([&] { return contains(host.output(), "reload refused"); }));
    }

    void changesNothingWhenAPortIsTaken() {
        BerthdProcess other("[service:echo]\nlisten = 0\n");
        BerthdProcess host(greeting("one"));
        host.configure(greeting("two") +
                       "[service:greet]\nlisten = " + std::to_string(other.port("echo")) + "\n");
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "ERR address"));
        CPPUNIT_ASSERT_EQUAL(std::string("one"), host.connect("echo").receiveExactly(3));
        CHECK(contains(host.control("status"), "1 service"));
    }

    void changesNothingWhenAServiceCannotBeMade() {
        BerthdProcess host(greeting("one"));
        host.configure(greeting("two") + "[service:throws_in_create]\nlisten = 0\n");
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "ERR bad-plugin"));
        CPPUNIT_ASSERT_EQUAL(std::string("one"), host.connect("echo").receiveExactly(3));
    }

    void planTellsAndChangesNothing() {
        BerthdProcess host(greeting("one"));
        host.configure(greeting("two") + "max_connections = 7\n[service:greet]\nlisten = 0\n");
        const auto plan = host.control("reload plan");
        CHECK(contains(plan, "max_connections 1000 -> 7"));
        CHECK(contains(plan, "restart for greeting"));
        CHECK(contains(plan, "start greet: greet on 127.0.0.1:0"));
        CPPUNIT_ASSERT_EQUAL(std::string("one"), host.connect("echo").receiveExactly(3));
        CHECK(contains(host.control("status"), "generation 1"));
    }

    void complainsOfABadPluginForEachService() {
        BerthdProcess host(greeting("one"));
        host.configure(greeting("two") + "[service:a]\nplugin = ./none.so\nlisten = 0\n" +
                       "[service:b]\nplugin = ./none.so\nlisten = 0\n");
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "ERR bad-config 2 errors"));
        CHECK(contains(reply, "service \"a\""));
        CHECK(contains(reply, "service \"b\""));
    }

    // The same words in the ini files of two folders.
    void tellsFilesOfOneNameInTwoFoldersApart() {
        const auto install = [](const TemporaryFolder& folder) {
            const std::string plugins = std::string(BERTH_TEST_BINARY_DIR) + "/plugins/";
            folder.write("conf.d/loud.ini", "[service:loud]\nplugin = ./own.so\nlisten = 0\n");
            std::filesystem::copy_file(plugins + "echo.so", folder / "own.so");
            std::filesystem::copy_file(plugins + "uppercase.so", folder / "conf.d/own.so");
        };
        const std::string own = "[service:own]\nplugin = ./own.so\nlisten = 0\n";
        BerthdProcess host(own, {.hostKeys = "include = conf.d/*.ini\n", .beforeStart = install});
        host.configure(own + "max_connections = 7\n");
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "OK applied, generation 2\n"));
        CHECK(contains(reply, "change own: max_connections 1000 -> 7\n"));
        CHECK(!contains(reply, "loud"));
        for (const auto& [service, answer] : {std::pair("own", "x"), std::pair("loud", "X")}) {
            auto client = host.connect(service);
            client.send("x");
            CPPUNIT_ASSERT_EQUAL(std::string(answer), client.receiveExactly(1));
        }
    }

    void newSettingsServeNewClientsWhileOldOnesGoOn() {
        BerthdProcess host(greeting("one") + "drain_timeout = 20s\n");
        auto old = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("one"), old.receiveExactly(3));
        host.configure(greeting("two") + "drain_timeout = 20s\n");
        TcpClient control(host.folder() / "control.sock");
        control.send("reload\n");
        CPPUNIT_ASSERT(waitUntil([&] { return host.connect("echo").receiveExactly(3) == "two"; }));
        old.send("still here");
        CPPUNIT_ASSERT_EQUAL(std::string("still here"), old.receiveExactly(10));
        old.finishSending();
        const auto reply = control.receiveUntil("\n.\n");
        CHECK(startsWith(reply, "OK applied, generation 2"));
    }

    void movesAListenerWithoutTouchingConnections() {
        BerthdProcess host("[service:echo]\nlisten = unix:a.sock\n");
        TcpClient client(host.folder() / "a.sock");
        client.send("1");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), client.receiveExactly(1));
        host.configure("[service:echo]\nlisten = unix:b.sock\n");
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "OK"));
        CPPUNIT_ASSERT(!std::filesystem::exists(host.folder() / "a.sock"));
        client.send("2");
        CPPUNIT_ASSERT_EQUAL(std::string("2"), client.receiveExactly(1));
        TcpClient moved(host.folder() / "b.sock");
        moved.send("3");
        CPPUNIT_ASSERT_EQUAL(std::string("3"), moved.receiveExactly(1));
    }

    void handsAnAddressFromOneServiceToAnother() {
        BerthdProcess host(
            "[service:echo]\nlisten = unix:a.sock\n[service:greet]\nlisten = unix:b.sock\n");
        host.configure(
            "[service:echo]\nlisten = unix:b.sock\n[service:greet]\nlisten = unix:a.sock\n");
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "OK"));
        CPPUNIT_ASSERT_EQUAL(std::string("Thank you for connecting"),
                             TcpClient(host.folder() / "a.sock").receiveAll());
        TcpClient echo(host.folder() / "b.sock");
        echo.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), echo.receiveExactly(1));
    }

    void removesAServiceAndCutsItAfterTheDrain() {
        BerthdProcess host(
            "[service:echo]\nlisten = 0\ndrain_timeout = 100ms\n"
            "[service:greet]\nlisten = 0\n");
        auto client = host.connect("echo");
        client.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
        host.configure("[service:greet]\nlisten = 0\n");
        const auto reply = host.control("reload");
        CHECK(contains(reply, "echo: cut 1 connection"));
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
        CHECK(contains(host.control("stop echo"), "ERR not-found"));
    }

    void drainsRemovedServicesSideBySide() {
        const std::string keys = "plugin = echo\nlisten = 0\ndrain_timeout = 4s\n";
        std::string services;
        for (const auto* name : {"a", "b", "c", "d", "e"}) {
            services += "[service:" + std::string(name) + "]\n" + keys;
        }
        BerthdProcess host(services);
        std::vector<TcpClient> clients;
        for (const auto* name : {"a", "b", "c", "d", "e"}) {
            clients.push_back(host.connect(name));
            clients.back().send("x");
            CPPUNIT_ASSERT_EQUAL(std::string("x"), clients.back().receiveExactly(1));
        }
        host.configure("[service:other]\n" + keys);
        const auto begin = std::chrono::steady_clock::now();
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "OK"));
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(16));
        CHECK(contains(reply, "e: cut 1 connection at the end"));
    }

    void restartsWithoutAGap() {
        BerthdProcess host(greeting("one"));
        const auto port = host.port("echo");
        for (int i = 0; i < 20; ++i) {
            CHECK(startsWith(host.control("restart echo"), "OK"));
            CPPUNIT_ASSERT_EQUAL(std::string("one"), TcpClient(port).receiveExactly(3));
        }
    }

    void stopsAndStarts() {
        BerthdProcess host("[service:echo]\nlisten = unix:e.sock\n");
        CHECK(startsWith(host.control("stop echo"), "OK"));
        CHECK(contains(host.control("services"), "stopped"));
        CPPUNIT_ASSERT(!std::filesystem::exists(host.folder() / "e.sock"));
        CHECK(startsWith(host.control("start echo"), "OK"));
        TcpClient client(host.folder() / "e.sock");
        client.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
        CHECK(contains(host.control("start shout"), "ERR not-found"));
    }

    void outlivesARemovedServiceWithoutItsPlugin() {
        BerthdProcess host(greeting("one") + "[service:other]\nplugin = ./copy.so\nlisten = 0\n",
                           {.beforeStart = [](const TemporaryFolder& folder) {
                               std::filesystem::copy_file(
                                   std::string(BERTH_TEST_BINARY_DIR) + "/plugins/greet.so",
                                   folder / "copy.so");
                           }});
        std::filesystem::remove(host.folder() / "copy.so");
        host.configure(greeting("one"));
        host.signal(SIGHUP);
        CHECK(waitUntil([&] { return contains(host.output(), "reload: applied"); }));
        CPPUNIT_ASSERT_EQUAL(std::string("one"), host.connect("echo").receiveExactly(3));
    }

    void showsWhatIsInForce() {
        BerthdProcess host(greeting("one"));
        CHECK(startsWith(host.control("set echo max_connections 7"), "OK"));
        const auto all = host.control("show config");
        CHECK(contains(all, "max_connections = 7"));
        CHECK(contains(all, "greeting = one"));
    }

    void drainsAndTellsWhatIsLeft() {
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        auto client = host.connect("echo");
        client.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
        const auto reply = host.control("drain echo 100ms");
        CHECK(startsWith(reply, "ERR timeout"));
        CHECK(contains(reply, "1 open connection"));
        client.finishSending();
        CHECK(startsWith(host.control("drain echo 10s"), "OK"));
    }

    void killsAConnection() {
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        auto client = host.connect("echo");
        client.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
        CHECK(tellsOfACut(host.control("kill 1")));
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
        CHECK(waitUntil([&] { return startsWith(host.control("kill 1"), "ERR not-found"); }));
    }

    void loadsAndUnloadsAPlugin() {
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        const auto copy = host.folder() / "echo.so";
        std::filesystem::copy_file(std::string(BERTH_TEST_BINARY_DIR) + "/plugins/echo.so", copy);
        const auto loaded = host.control("load " + copy.string());
        CHECK(startsWith(loaded, "OK"));
        CHECK(contains(host.control("plugins"), "generation 2"));
        CHECK(startsWith(host.control("unload echo"), "ERR conflict"));
        CHECK(startsWith(host.control("stop echo"), "OK"));
        CHECK(startsWith(host.control("unload echo"), "OK"));
        CHECK(startsWith(host.control("load /nonexistent.so"), "ERR bad-plugin"));
    }

    void survivesAHandlerThatThrows() {
        BerthdProcess host("[service:throws_in_handle]\nlisten = 0\n[service:echo]\nlisten = 0\n");
        for (int i = 0; i < 10; ++i) {
            auto client = host.connect("throws_in_handle");
            CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
        }
        CHECK(waitUntil([&] {
            return contains(host.control("json stats throws_in_handle"), "\"failed\":10");
        }));
        auto client = host.connect("echo");
        client.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReloadTest);

}  // namespace
}  // namespace berth::test
