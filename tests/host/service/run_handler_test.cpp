// tests/host/service/run_handler_test.cpp - each way in which a handler can end has its name.
#include "host/service/run_handler.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include "berth/errors.h"
#include "support/check.h"
#include "support/socket_pair.h"

namespace berth::test {
namespace {

using host::ConnectionEnd;
using host::CutReason;
using host::Ending;

class Scripted final : public Service {
public:
    explicit Scripted(std::function<void(Connection&)> script) : script_(std::move(script)) {}
    void handle(Connection& client) override { script_(client); }

private:
    std::function<void(Connection&)> script_;
};

class RunHandlerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RunHandlerTest);
    CPPUNIT_TEST(finishesWhenTheHandlerReturns);
    CPPUNIT_TEST(tellsThatTheClientClosedFirst);
    CPPUNIT_TEST(tellsWhoEndedALostConnection);
    CPPUNIT_TEST(tellsAReset);
    CPPUNIT_TEST(tellsReadingFromWritingTimeouts);
    CPPUNIT_TEST(tellsAProtocolError);
    CPPUNIT_TEST(catchesEveryException);
    CPPUNIT_TEST_SUITE_END();

public:
    void finishesWhenTheHandlerReturns() {
        TcpPair pair;
        expect(ConnectionEnd::Finished, "", run(pair, [](Connection&) {}));
    }

    void tellsThatTheClientClosedFirst() {
        TcpPair pair;
        pair.client().finishSending();
        expect(ConnectionEnd::ClosedByClient, "", run(pair, [](Connection& client) {
                   while (client.receive()) {
                   }
               }));
    }

    void tellsWhoEndedALostConnection() {
        using enum CutReason;
        for (const auto& [reason, end] :
             {std::pair{Killed, ConnectionEnd::Killed}, std::pair{Drained, ConnectionEnd::Drained},
              std::pair{Lifetime, ConnectionEnd::Lifetime}}) {
            TcpPair pair;
            pair.record().cut(reason);
            const auto ending =
                run(pair, [](Connection& client) { static_cast<void>(client.receive()); });
            expect(end, "cut by the host", ending);
        }
    }

    void tellsAReset() {
        TcpPair pair;
        pair.client().reset();
        const auto ending =
            run(pair, [](Connection& client) { static_cast<void>(client.receive()); });
        CHECK(ending.end == ConnectionEnd::Reset);
        CPPUNIT_ASSERT(!ending.detail.empty());
    }

    void tellsReadingFromWritingTimeouts() {
        {
            TcpPair pair({.idleTimeout = std::chrono::milliseconds(20)});
            const auto ending =
                run(pair, [](Connection& client) { static_cast<void>(client.receive()); });
            CHECK(ending.end == ConnectionEnd::IdleTimeout);
        }
        TcpPair pair({.writeTimeout = std::chrono::milliseconds(20)});
        const std::string much(std::size_t{64} << 20, 'x');
        const auto ending = run(pair, [&](Connection& client) { client.writeText(much); });
        CHECK(ending.end == ConnectionEnd::WriteTimeout);
    }

    void tellsAProtocolError() {
        TcpPair pair;
        expect(ConnectionEnd::ProtocolError, "no such verb",
               run(pair, [](Connection&) { throw ProtocolError("no such verb"); }));
    }

    void catchesEveryException() {
        TcpPair pair;
        expect(ConnectionEnd::Failed, "broken",
               run(pair, [](Connection&) { throw std::logic_error("broken"); }));
        expect(ConnectionEnd::Failed, "an exception that is no std::exception",
               run(pair, [](Connection&) { throw 42; }));
        expect(ConnectionEnd::Failed, "an exception that is no std::exception",
               run(pair, [](Connection&) { throw static_cast<const char*>("text"); }));
    }

private:
    static Ending run(TcpPair& pair, std::function<void(Connection&)> script) {
        Scripted service(std::move(script));
        return host::runHandler(service, pair.connection(), pair.record());
    }
    static void expect(ConnectionEnd end, const std::string& detail, const Ending& ending) {
        CPPUNIT_ASSERT_EQUAL(std::string(toString(end)), std::string(toString(ending.end)));
        CPPUNIT_ASSERT_EQUAL(detail, ending.detail);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RunHandlerTest);

}  // namespace
}  // namespace berth::test
