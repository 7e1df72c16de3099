// tests/host/control/commands_test.cpp - what each verb asks of the host and replies.
#include <Poco/JSON/Array.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <string>
#include <vector>

#include "command_runner.h"
#include "host/control/command_table.h"
#include "support/json.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using Words = std::vector<std::string>;

ConnectionStatus makeConnection() {
    ConnectionStatus connection;
    connection.id = 17;
    connection.service = "shout";
    connection.peer = "127.0.0.1:51234";
    connection.local = "127.0.0.1:7002";
    connection.age = 192s;
    connection.idle = 2s;
    connection.bytesIn = 512;
    connection.bytesOut = 2048;
    connection.generation = 1;
    return connection;
}

PluginStatus makePlugin() {
    PluginStatus plugin;
    plugin.name = "uppercase";
    plugin.version = "0.1.0";
    plugin.generation = 1;
    plugin.kinds = {"uppercase"};
    plugin.path = "/opt/berth/plugins/uppercase.so";
    plugin.buildId = "cafe";
    plugin.services = {"shout", "quiet"};
    return plugin;
}

}  // namespace

class CommandsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommandsTest);
    CPPUNIT_TEST(showsTheStatusAsPromised);
    CPPUNIT_TEST(tellsWhyAServiceFailed);
    CPPUNIT_TEST(givesTheStatusAsTypedJson);
    CPPUNIT_TEST(listsServicesPluginsAndConnections);
    CPPUNIT_TEST(listsTheConnectionsOfOneService);
    CPPUNIT_TEST(showsEveryCounterAndMetric);
    CPPUNIT_TEST(showsTheConfiguration);
    CPPUNIT_TEST(passesEachChangeOn);
    CPPUNIT_TEST(passesTheHostsRefusalOn);
    CPPUNIT_TEST(suggestsTheNearestService);
    CPPUNIT_TEST(refusesBadValues);
    CPPUNIT_TEST(showsAndSetsTheLogLevel);
    CPPUNIT_TEST(repliesToShutdownBeforeItBegins);
    CPPUNIT_TEST(leavesAfterTheReplyToAnUpgrade);
    CPPUNIT_TEST(explainsEveryVerb);
    CPPUNIT_TEST(completesTheWordsOfARequest);
    CPPUNIT_TEST(tellsTheVersions);
    CPPUNIT_TEST_SUITE_END();

public:
    void showsTheStatusAsPromised() {
        CPPUNIT_ASSERT_EQUAL(
            "OK 1 service, 2 connections, up 2h3m, generation 7\n"
            "shout  uppercase  127.0.0.1:7002  fibers   serving  2 open  90412 total  0 refused\n"
            "quiet  uppercase  -               threads  stopped  0 open      0 total  0 refused\n"
            ".\n"s,
            runner_.text("status"));
    }

    void tellsWhyAServiceFailed() {
        runner_.host().update("quiet", [](ServiceStatus& service) {
            service.state = ServiceState::Failed;
            service.reason = "cannot listen on 127.0.0.1:7003:\naddress in use";
        });
        CPPUNIT_ASSERT(runner_.text("status").find(
                           "0 refused  cannot listen on 127.0.0.1:7003:\\x0aaddress in use\n") !=
                       std::string::npos);
    }

    void givesTheStatusAsTypedJson() {
        const auto object = parsed(runner_.json("status"));
        CPPUNIT_ASSERT(object->getValue<bool>("ok"));
        const auto data = object->getObject("data");
        CPPUNIT_ASSERT_EQUAL(7, data->getValue<int>("generation"));
        CPPUNIT_ASSERT_EQUAL(7'389'000, data->getValue<int>("uptime_ms"));
        CPPUNIT_ASSERT_EQUAL(2, data->getValue<int>("connections"));
        CPPUNIT_ASSERT(!data->getValue<bool>("draining"));
        const auto shout = data->getArray("services")->getObject(0);
        CPPUNIT_ASSERT_EQUAL("shout"s, shout->getValue<std::string>("name"));
        CPPUNIT_ASSERT_EQUAL("serving"s, shout->getValue<std::string>("state"));
        CPPUNIT_ASSERT_EQUAL(90412, shout->getValue<int>("total"));
        CPPUNIT_ASSERT_EQUAL("127.0.0.1:7002"s,
                             shout->getArray("addresses")->getElement<std::string>(0));
    }

    void listsServicesPluginsAndConnections() {
        CPPUNIT_ASSERT_EQUAL(
            "OK 2 services\n"
            "shout  serving  kind uppercase  engine fibers   plugin uppercase 0.1.0  generation 1"
            "  listen 127.0.0.1:7002\n"
            "quiet  stopped  kind uppercase  engine threads  plugin uppercase 0.1.0  generation 1"
            "  listen -\n.\n"s,
            runner_.text("services"));
        runner_.host().setPlugins({makePlugin()});
        CPPUNIT_ASSERT_EQUAL(
            "OK 1 plugin\nuppercase  0.1.0  generation 1  kinds uppercase  services shout,quiet"
            "  /opt/berth/plugins/uppercase.so\n.\n"s,
            runner_.text("plugins"));
        runner_.host().setConnections({makeConnection()});
        CPPUNIT_ASSERT_EQUAL(
            "OK 1 connection\n17  shout  127.0.0.1:51234  127.0.0.1:7002  age 3m12s  idle 2s"
            "  512 in  2048 out  generation 1\n.\n"s,
            runner_.text("connections"));
        const auto connection = parsed(runner_.json("connections"))->getArray("data")->getObject(0);
        CPPUNIT_ASSERT_EQUAL(192'000, connection->getValue<int>("age_ms"));
        CPPUNIT_ASSERT_EQUAL("cafe"s, parsed(runner_.json("plugins"))
                                          ->getArray("data")
                                          ->getObject(0)
                                          ->getValue<std::string>("build_id"));
    }

    void listsTheConnectionsOfOneService() {
        auto other = makeConnection();
        other.service = "quiet";
        runner_.host().setConnections({makeConnection(), other});
        CPPUNIT_ASSERT(runner_.text("connections").starts_with("OK 2 connections\n"));
        CPPUNIT_ASSERT(runner_.text("connections quiet").starts_with("OK 1 connection\n"));
        CPPUNIT_ASSERT_EQUAL("not-found"s, runner_.run("connections nobody").code);
    }

    void showsEveryCounterAndMetric() {
        runner_.host().update("shout", [](ServiceStatus& service) {
            service.connections.refusedLimit = 3;
            service.metrics = {{"letters", "Letters changed.", -5, false}};
        });
        const auto text = runner_.text("stats shout");
        CPPUNIT_ASSERT(text.starts_with("OK 1 service\nshout  accepted        90412\n"));
        CPPUNIT_ASSERT(text.find("\nshout  refused_limit       3\n") != std::string::npos);
        CPPUNIT_ASSERT(text.find("\nshout  letters            -5  Letters changed.\n.\n") !=
                       std::string::npos);
        const auto data = parsed(runner_.json("stats"))->getArray("data");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, data->size());
        const auto shout = data->getObject(0);
        CPPUNIT_ASSERT_EQUAL(std::size_t{14}, shout->getObject("counters")->size());
        CPPUNIT_ASSERT_EQUAL(3, shout->getObject("counters")->getValue<int>("refused_limit"));
        const auto metric = shout->getArray("metrics")->getObject(0);
        CPPUNIT_ASSERT_EQUAL("gauge"s, metric->getValue<std::string>("type"));
        CPPUNIT_ASSERT_EQUAL(-5, metric->getValue<int>("value"));
    }

    void showsTheConfiguration() {
        runner_.host().setConfiguration({"[host]", "plugins = plugins", "", "[control]"});
        const auto whole =
            "OK configuration in force\n[host]\nplugins = plugins\n\n[control]\n.\n"s;
        CPPUNIT_ASSERT_EQUAL(whole, runner_.text("show"));
        CPPUNIT_ASSERT_EQUAL(whole, runner_.text("show config"));
        CPPUNIT_ASSERT_EQUAL("OK service shout\n[service:shout]\nlisten = 7002\n.\n"s,
                             runner_.text("show shout"));
        runner_.host().add(makeService("config", ServiceState::Stopped));
        CPPUNIT_ASSERT(runner_.text("show service config").starts_with("OK service config\n"));
        runner_.host().add(makeService("service", ServiceState::Stopped));
        CPPUNIT_ASSERT(runner_.text("show service").starts_with("OK service service\n"));
    }

    void passesEachChangeOn() {
        const Words requests{"start quiet",        "stop shout",
                             "restart shout",      "kill 17",
                             "kill service shout", "reload",
                             "reload plan",        "load /opt/new.so",
                             "unload uppercase",   "set shout max_connections 5"};
        for (const auto& request : requests) {
            CPPUNIT_ASSERT_EQUAL("OK " + request + "\n.\n", runner_.text(request));
        }
        CPPUNIT_ASSERT(requests == runner_.host().asked());
    }

    void passesTheHostsRefusalOn() {
        runner_.host().answer(ChangeResult::failure("bad-config", "2 errors", {"a.ini:1: x"}));
        CPPUNIT_ASSERT_EQUAL("ERR bad-config 2 errors\na.ini:1: x\n.\n"s, runner_.text("reload"));
        const auto object = parsed(runner_.json("reload"));
        CPPUNIT_ASSERT_EQUAL("bad-config"s, object->getValue<std::string>("code"));
        CPPUNIT_ASSERT_EQUAL("a.ini:1: x"s, object->getArray("lines")->getElement<std::string>(0));
    }

    void suggestsTheNearestService() {
        CPPUNIT_ASSERT_EQUAL(
            "ERR not-found no service named \"shoot\"; did you mean \"shout\"?\n.\n"s,
            runner_.text("stop shoot"));
        CPPUNIT_ASSERT_EQUAL("ERR not-found no service named \"xyzzy\"\n.\n"s,
                             runner_.text("kill service xyzzy"));
        CPPUNIT_ASSERT(runner_.host().asked().empty());
    }

    void refusesBadValues() {
        for (const auto* request : {"kill all", "kill -1", "kill 1x", "kill 99999999999999999999",
                                    "log loud", "drain shout fast", "drain shout 2h"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(request, "bad-value"s, runner_.run(request).code);
        }
        CPPUNIT_ASSERT(runner_.host().asked().empty());
    }

    void showsAndSetsTheLogLevel() {
        CPPUNIT_ASSERT_EQUAL("OK log level information\n.\n"s, runner_.text("log"));
        CPPUNIT_ASSERT_EQUAL("OK log level debug\n.\n"s, runner_.text("log debug"));
        CPPUNIT_ASSERT(LogLevel::Debug == runner_.host().logLevel());
        CPPUNIT_ASSERT_EQUAL(
            "debug"s,
            parsed(runner_.json("log"))->getObject("data")->getValue<std::string>("level"));
        CPPUNIT_ASSERT_EQUAL("OK reopen logs\n.\n"s, runner_.text("log reopen"));
    }

    void repliesToShutdownBeforeItBegins() {
        for (const auto* request : {"shutdown", "shutdown now"}) {
            const auto reply = runner_.run(request);
            CPPUNIT_ASSERT(reply.ok() && reply.close);
            CPPUNIT_ASSERT(runner_.host().asked().empty() ||
                           runner_.host().asked().back() != request);
            reply.afterwards();
            CPPUNIT_ASSERT_EQUAL(std::string(request), runner_.host().asked().back());
        }
    }

    void leavesAfterTheReplyToAnUpgrade() {
        for (const auto* request : {"upgrade", "upgrade /opt/berthd"}) {
            const auto reply = runner_.run(request);
            CPPUNIT_ASSERT_EQUAL(std::string(request), runner_.host().asked().back());
            CPPUNIT_ASSERT(reply.ok());
            reply.afterwards();
            CPPUNIT_ASSERT_EQUAL("leave"s, runner_.host().asked().back());
        }
        runner_.host().answer(ChangeResult::failure("failed", "it did not take over"));
        CPPUNIT_ASSERT(!runner_.run("upgrade").afterwards);
        CPPUNIT_ASSERT_EQUAL("usage"s, runner_.run("upgrade a b").code);
    }

    void explainsEveryVerb() {
        for (const auto& command : host::control::commandTable()) {
            const auto text = runner_.text("help " + std::string(command.name));
            CPPUNIT_ASSERT_EQUAL(
                "OK " + std::string(command.usage) + "\n" + std::string(command.help) + "\n.\n",
                text);
            CPPUNIT_ASSERT(runner_.text("help").find(command.help) != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL("unknown"s, runner_.run("help sotp").code);
    }

    void completesTheWordsOfARequest() {
        CPPUNIT_ASSERT_EQUAL("OK 1 word\nshout\n.\n"s, runner_.text("help complete stop sh"));
        CPPUNIT_ASSERT_EQUAL("OK 2 words\nquiet\nshout\n.\n"s,
                             runner_.text("help complete stop ''"));
    }

    void tellsTheVersions() {
        CPPUNIT_ASSERT(runner_.text("version").starts_with("OK berthd 0.1.0\nsdk "));
        CPPUNIT_ASSERT(parsed(runner_.json("version"))->getObject("data")->getValue<int>("abi") >=
                       1);
    }

private:
    CommandRunner runner_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandsTest);

}  // namespace berth::test
