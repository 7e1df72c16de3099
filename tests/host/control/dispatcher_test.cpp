// tests/host/control/dispatcher_test.cpp - who may ask what, and what is written down.
#include "host/control/commands/dispatcher.h"

#include <cppunit/extensions/HelperMacros.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "fake_operations.h"
#include "host/control/commands/command_table.h"
#include "support/check.h"

namespace berth::test {
namespace {

using namespace host::control;
using host::ChangeError;
using host::ChangeResult;
using namespace std::chrono_literals;
using namespace std::string_literals;
using Words = std::vector<std::string>;

const std::string kToken(64, 'a');

Caller overTcp() {
    Caller caller;
    caller.address = "127.0.0.1:51234";
    caller.source = "127.0.0.1";
    caller.loopback = true;
    return caller;
}

Caller fromElsewhere() {
    Caller caller;
    caller.address = "192.0.2.7:51234";
    caller.source = "192.0.2.7";
    return caller;
}

Caller overUnix(uid_t uid) {
    Caller caller;
    caller.local = true;
    caller.uid = uid;
    caller.pid = 4242;
    return caller;
}

}  // namespace

class DispatcherTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DispatcherTest);
    CPPUNIT_TEST(allowsStrangersOnlyWhatNeedsNoLogin);
    CPPUNIT_TEST(tellsNobodyElsewhereWhereTheTokenLies);
    CPPUNIT_TEST(letsInWhoShowsTheToken);
    CPPUNIT_TEST(slowsWrongTokensDownAndCutsAfterTheLast);
    CPPUNIT_TEST(trustsTheHostsUserAndRoot);
    CPPUNIT_TEST(suggestsTheNearestVerb);
    CPPUNIT_TEST(writesDownEveryChangeWithWhoAskedAndWhatCameOfIt);
    CPPUNIT_TEST(writesDownNothingOfARequestThatOnlyLooks);
    CPPUNIT_TEST(masksTheTokenInTheAuditLog);
    CPPUNIT_TEST(neverEchoesTheToken);
    CPPUNIT_TEST(tellsWhenTheAuditLogFailed);
    CPPUNIT_TEST(turnsAnExceptionIntoAReply);
    CPPUNIT_TEST(showsTheUsageForWrongArguments);
    CPPUNIT_TEST_SUITE_END();

public:
    void allowsStrangersOnlyWhatNeedsNoLogin() {
        Login login(credentials_, overTcp());
        for (const auto& command : commandTable()) {
            const bool open = command.name == "help" || command.name == "ping" ||
                              command.name == "auth" || command.name == "quit";
            const auto reply = run({std::string(command.name)}, overTcp(), login);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(command.name), !open, reply.code == "denied");
        }
        CHECK(isEmpty(host_.asked()));
        CPPUNIT_ASSERT_EQUAL("denied"s,
                             run({"help", "complete", "stop", ""}, overTcp(), login).code);
        CPPUNIT_ASSERT_EQUAL(
            "authenticate first: auth TOKEN; the token is in /run/berth/control.token"s,
            run({"status"}, overTcp(), login).text);
    }

    void tellsNobodyElsewhereWhereTheTokenLies() {
        for (const Words& request : {Words{"status"}, {"help", "complete", "stop", ""}}) {
            Login login(credentials_, fromElsewhere());
            CPPUNIT_ASSERT_EQUAL(
                "authenticate first: auth TOKEN; the token is in the host's token_file"s,
                run(request, fromElsewhere(), login).text);
        }
    }

    void letsInWhoShowsTheToken() {
        Login login(credentials_, overTcp());
        CPPUNIT_ASSERT(run({"auth", kToken}, overTcp(), login).ok());
        CPPUNIT_ASSERT(run({"stop", "shout"}, overTcp(), login).ok());
        Login other(credentials_, overTcp());
        CPPUNIT_ASSERT_EQUAL("denied"s, run({"stop", "shout"}, overTcp(), other).code);
    }

    void slowsWrongTokensDownAndCutsAfterTheLast() {
        Login login(credentials_, overTcp());
        const std::vector<std::chrono::milliseconds> delays{10ms, 20ms, 40ms};
        for (std::size_t i = 0; i < delays.size(); ++i) {
            const auto reply = run({"auth", "wrong"}, overTcp(), login);
            CPPUNIT_ASSERT_EQUAL("denied"s, reply.code);
            CHECK(delays[i] == reply.delay);
            CPPUNIT_ASSERT_EQUAL(i == 2, reply.close);
        }
        Login fromSameSource(credentials_, overTcp());
        CHECK(80ms == run({"auth", "wrong"}, overTcp(), fromSameSource).delay);
        // Who knows the token does not suffer for those who do not.
        CHECK(0ms == run({"auth", kToken}, overTcp(), fromSameSource).delay);
    }

    void trustsTheHostsUserAndRoot() {
        CPPUNIT_ASSERT(Login(credentials_, overUnix(::geteuid())).granted());
        CPPUNIT_ASSERT(Login(credentials_, overUnix(0)).granted());
        CPPUNIT_ASSERT(!Login(credentials_, overUnix(::geteuid() + 1)).granted());
        CPPUNIT_ASSERT(!Login(credentials_, overTcp()).granted());
    }

    void suggestsTheNearestVerb() {
        const auto reply = ask({"statsu"});
        CPPUNIT_ASSERT_EQUAL("unknown"s, reply.code);
        CHECK(startsWith(reply.text, "there is no request \"statsu\"; did you mean \"stat"));
        CPPUNIT_ASSERT_EQUAL("there is no request \"frobnicate\"; help lists them"s,
                             ask({"frobnicate"}).text);
    }

    void writesDownEveryChangeWithWhoAskedAndWhatCameOfIt() {
        CPPUNIT_ASSERT(ask({"set", "shout", "allow", "10.0.0.0/8, ::1"}).ok());
        host_.answer(ChangeResult::failure(ChangeError::Conflict, "another change runs"));
        CPPUNIT_ASSERT(!ask({"reload"}).ok());
        CPPUNIT_ASSERT(!ask({"stop", "shoot"}).ok());
        const auto who = "uid " + std::to_string(::geteuid()) + " pid 4242";
        CHECK(Words{who + " | set shout allow '10.0.0.0/8, ::1' | "
                          "OK set shout allow 10.0.0.0/8, ::1",
                    who + " | reload | ERR conflict another change runs",
                    who + " | stop shoot | ERR not-found no service named \"shoot\"; "
                          "did you mean \"shout\"?"} == audited_);
    }

    void writesDownNothingOfARequestThatOnlyLooks() {
        const std::vector<Words> looks{{"status"}, {"services"},       {"stats", "shout"},
                                       {"log"},    {"reload", "plan"}, {"help"},
                                       {"show"},   {"version"}};
        for (const auto& words : looks) {
            CPPUNIT_ASSERT_MESSAGE(words.front(), ask(words).ok());
        }
        CHECK(isEmpty(audited_));
        CPPUNIT_ASSERT(ask({"log", "debug"}).ok());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, audited_.size());
    }

    void masksTheTokenInTheAuditLog() {
        Login login(credentials_, overTcp());
        static_cast<void>(run({"auth", "not-it"}, overTcp(), login));
        static_cast<void>(run({"auth", kToken}, overTcp(), login));
        CHECK(Words{"tcp 127.0.0.1:51234 | auth *** | ERR denied wrong token",
                    "tcp 127.0.0.1:51234 | auth *** | OK authenticated"} == audited_);
    }

    void neverEchoesTheToken() {
        Login login(credentials_, overTcp());
        const std::vector<Words> attempts{{"auth", "secret"}, {"auth", "to", "secret"}, {"auth"}};
        for (const auto& words : attempts) {
            const auto reply = run(words, overTcp(), login);
            CPPUNIT_ASSERT_EQUAL(std::string::npos, toText(reply).find("secret"));
        }
    }

    void tellsWhenTheAuditLogFailed() {
        auditFails_ = true;
        const auto reply = ask({"stop", "shout"});
        CPPUNIT_ASSERT(reply.ok());
        CHECK(Words{"this was not written to the audit log: disk full"} == reply.lines);
    }

    void turnsAnExceptionIntoAReply() {
        host_.throwInsteadOf("stop shout");
        const auto reply = ask({"stop", "shout"});
        CPPUNIT_ASSERT_EQUAL("internal"s, reply.code);
        CPPUNIT_ASSERT_EQUAL("disk on fire"s, reply.text);
        CPPUNIT_ASSERT(ask({"start", "shout"}).ok());
    }

    void showsTheUsageForWrongArguments() {
        CPPUNIT_ASSERT_EQUAL("SERVICE is missing; usage: stop SERVICE"s, ask({"stop"}).text);
        CPPUNIT_ASSERT_EQUAL("\"now\" is too much; usage: stop SERVICE"s,
                             ask({"stop", "shout", "now"}).text);
        for (const auto& command : commandTable()) {
            const auto reply = ask({std::string(command.name), "shout", "1s", "2", "3", "4"});
            CPPUNIT_ASSERT_MESSAGE(std::string(command.name), !reply.ok());
        }
        CHECK(isEmpty(host_.asked()));
    }

private:
    Reply run(const Words& words, const Caller& caller, Login& login) {
        return dispatcher_.run(Request{false, words}, caller, login, [] { return false; });
    }
    Reply ask(const Words& words) {
        const auto caller = overUnix(::geteuid());
        Login login(credentials_, caller);
        return run(words, caller, login);
    }

    FakeOperations host_;
    Words audited_;
    bool auditFails_ = false;
    Credentials credentials_{kToken, "/run/berth/control.token", AuthThrottle({10ms, 80ms, 1h, 3})};
    Dispatcher dispatcher_{host_.operations(), [this](const host::AuditRecord& record) {
                               if (auditFails_) throw std::runtime_error("disk full");
                               audited_.push_back(std::string(record.who) + " | " +
                                                  std::string(record.request) + " | " +
                                                  std::string(record.outcome));
                           }};
};

CPPUNIT_TEST_SUITE_REGISTRATION(DispatcherTest);

}  // namespace berth::test
