// tests/host/control/commands_test.cpp - what each verb asks of the host and replies.
#include <Poco/JSON/Array.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <string>
#include <vector>

#include "command_runner.h"
#include "host/control/commands/command_table.h"
#include "support/check.h"
#include "support/json.h"

namespace berth::test {
namespace {

using host::ChangeError;
using host::ChangeResult;
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
    connection.process = 4711;
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
    CPPUNIT_TEST(tellsWhyAServiceIsStopped);
    CPPUNIT_TEST(givesTheStatusAsTypedJson);
    CPPUNIT_TEST(listsServicesPluginsAndConnections);
    CPPUNIT_TEST(listsTheConnectionsOfOneService);
    CPPUNIT_TEST(namesTheProcessOfEachConnectionWhenSeveralHaveSome);
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

    void tellsWhyAServiceIsStopped() {
        runner_.host().update("quiet", [](ServiceStatus& service) {
            service.state = ServiceState::Stopped;
            service.reason = "cannot listen on 127.0.0.1:7003:\naddress in use";
        });
        CHECK(contains(runner_.text("status"),
                       "0 refused  cannot listen on 127.0.0.1:7003:\\x0aaddress in use\n"));
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
        CHECK(startsWith(runner_.text("connections"), "OK 2 connections\n"));
        CHECK(startsWith(runner_.text("connections quiet"), "OK 1 connection\n"));
        CPPUNIT_ASSERT_EQUAL("not-found"s, runner_.run("connections nobody").code);
    }

    void namesTheProcessOfEachConnectionWhenSeveralHaveSome() {
        auto old = makeConnection();
        old.process = 4000;
        runner_.host().setConnections({old, makeConnection()});
        const auto text = runner_.text("connections");
        CHECK(contains(text, "generation 1  process 4000\n"));
        CHECK(contains(text, "generation 1  process 4711\n"));
        const auto first = parsed(runner_.json("connections"))->getArray("data")->getObject(0);
        CPPUNIT_ASSERT_EQUAL(4000, first->getValue<int>("process"));
    }

    void showsEveryCounterAndMetric() {
        runner_.host().update("shout", [](ServiceStatus& service) {
            service.connections.refusedLimit = 3;
            service.metrics = {{"letters", "Letters changed.", -5, false}};
        });
        const auto text = runner_.text("stats shout");
        CHECK(startsWith(text, "OK 1 service\nshout  accepted             90412\n"));
        CHECK(contains(text, "\nshout  refused_limit            3\n"));
        CHECK(contains(text, "\nshout  letters                 -5  Letters changed.\n.\n"));
        const auto data = parsed(runner_.json("stats"))->getArray("data");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, data->size());
        const auto shout = data->getObject(0);
        CPPUNIT_ASSERT_EQUAL(std::size_t{15}, shout->getObject("counters")->size());
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
        CHECK(startsWith(runner_.text("show service config"), "OK service config\n"));
        runner_.host().add(makeService("service", ServiceState::Stopped));
        CHECK(startsWith(runner_.text("show service"), "OK service service\n"));
    }

    void passesEachChangeOn() {
        const Words requests{"start quiet",
                             "stop shout",
                             "restart shout",
                             "kill 17",
                             "kill service shout",
                             "reload",
                             "reload plan",
                             "reload remove-all",
                             "load /opt/new.so",
                             "unload uppercase",
                             "set shout max_connections 5"};
        for (const auto& request : requests) {
            CPPUNIT_ASSERT_EQUAL("OK " + request + "\n.\n", runner_.text(request));
        }
        CHECK(requests == runner_.host().asked());
    }

    void passesTheHostsRefusalOn() {
        runner_.host().answer(
            ChangeResult::failure(ChangeError::BadConfig, "2 errors", {"a.ini:1: x"}));
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
        CHECK(isEmpty(runner_.host().asked()));
    }

    void refusesBadValues() {
        for (const auto* request : {"kill all", "kill -1", "kill 1x", "kill 99999999999999999999",
                                    "log loud", "drain shout fast", "drain shout 2h"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(request, "bad-value"s, runner_.run(request).code);
        }
        CHECK(isEmpty(runner_.host().asked()));
    }

    void showsAndSetsTheLogLevel() {
        CPPUNIT_ASSERT_EQUAL("OK log level information\n.\n"s, runner_.text("log"));
        CPPUNIT_ASSERT_EQUAL("OK log level debug\n.\n"s, runner_.text("log debug"));
        CHECK(LogLevel::Debug == runner_.host().logLevel());
        CPPUNIT_ASSERT_EQUAL(
            "debug"s,
            parsed(runner_.json("log"))->getObject("data")->getValue<std::string>("level"));
        CPPUNIT_ASSERT_EQUAL("OK reopen logs\n.\n"s, runner_.text("log reopen"));
    }

    void repliesToShutdownBeforeItBegins() {
        for (const auto* request : {"shutdown", "shutdown now"}) {
            const auto reply = runner_.run(request);
            CPPUNIT_ASSERT(reply.ok());
            CPPUNIT_ASSERT(reply.close);
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
        runner_.host().answer(ChangeResult::failure(ChangeError::Failed, "it did not take over"));
        CPPUNIT_ASSERT(!runner_.run("upgrade").afterwards);
        CPPUNIT_ASSERT_EQUAL("usage"s, runner_.run("upgrade a b").code);
    }

    void explainsEveryVerb() {
        for (const auto& command : host::control::commandTable()) {
            const auto text = runner_.text("help " + std::string(command.name));
            CPPUNIT_ASSERT_EQUAL(
                "OK " + std::string(command.usage) + "\n" + std::string(command.help) + "\n.\n",
                text);
            CHECK(contains(runner_.text("help"), command.help));
        }
        CPPUNIT_ASSERT_EQUAL("unknown"s, runner_.run("help sotp").code);
    }

    void completesTheWordsOfARequest() {
        CPPUNIT_ASSERT_EQUAL("OK 1 word\nshout\n.\n"s, runner_.text("help complete stop sh"));
        CPPUNIT_ASSERT_EQUAL("OK 2 words\nquiet\nshout\n.\n"s,
                             runner_.text("help complete stop ''"));
    }

    void tellsTheVersions() {
        CHECK(startsWith(runner_.text("version"), "OK berthd 0.1.0\nsdk "));
        CHECK(parsed(runner_.json("version"))->getObject("data")->getValue<int>("abi") >= 1);
    }

private:
    CommandRunner runner_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandsTest);

}  // namespace berth::test
