// tests/integration/crash_test.cpp - a process that dies says where, in whose code and for whom,
// and dies of the true signal.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "host/base/unique_fd.h"
#include "support/berthd_process.h"
#include "support/check.h"
#include "support/json.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

class CrashTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashTest);
    CPPUNIT_TEST(namesServiceClientAndPlugin);
    CPPUNIT_TEST(diesOfTheTrueSignal);
    CPPUNIT_TEST(tellsWhereACallThroughABadPointerCameFrom);
    CPPUNIT_TEST(namesAStackOverrunOnAThread);
    CPPUNIT_TEST(namesAStackOverrunOnAThreadOfThePlugin);
    CPPUNIT_TEST(tellsWhatNobodyCaught);
    CPPUNIT_TEST(knowsWorkOnAHelperThread);
    CPPUNIT_TEST(knowsThePluginOfAThreadOfItsOwn);
    CPPUNIT_TEST(tellsThePhaseOutsideOfHandlers);
    CPPUNIT_TEST(writesOneEventToTheLogFile);
    CPPUNIT_TEST(isNotHeldUpByAFullPipe);
    CPPUNIT_TEST(tellsAnExitThatIsNotTheHosts);
    CPPUNIT_TEST(tellsAnExitWhileAServiceIsMade);
    CPPUNIT_TEST_SUITE_END();

    // Until the process is gone: a sanitizer writes a report of its own.
    static constexpr std::chrono::seconds kEndTime{scaled(20, 120)};

    static std::string service(const std::string& keys = "") {
        return "[service:frail]\nplugin = crashes\nlisten = 0\n" + keys;
    }

    // Sends the word to a new client's handler; the address of that client.
    static std::string provoke(BerthdProcess& host, const std::string& word) {
        auto client = host.connect("frail");
        const auto address = client.socket().address().toString();
        client.send(word + "\n");
        static_cast<void>(host.wait(kEndTime));
        return address;
    }

    static void expect(const std::string& output, const std::vector<std::string>& parts) {
        for (const auto& part : parts) CHECK(contains(output, part));
    }

    static void expectEnd(BerthdProcess& host, int signal) {
        const auto status = host.wait(kEndTime);
        CPPUNIT_ASSERT_MESSAGE(host.output(), status.has_value());
        // A sanitizer reports some faults in its own way, after ours, and exits.
        if (!kSanitized) CPPUNIT_ASSERT_EQUAL(128 + signal, *status);
        CHECK(*status != 0);
    }

    static void namesServiceClientAndPlugin() {
        for (const auto* engine : {"engine = threads\n", "engine = fibers\n"}) {
            BerthdProcess host(service(engine));
            const auto client = provoke(host, "null");
            expectEnd(host, SIGSEGV);
            expect(host.output(),
                   {"error host: crashed with SIGSEGV at address 0x0 in handle() service=frail",
                    "client=" + client, "connection=1", "plugin=crashes", "version=1.2.3",
                    "generation=1", "build_id=", "backtrace=\"crashes-", "berthd=0."});
            CHECK(contains(host.output(), std::string(engine).ends_with("fibers\n")
                                              ? "stack=fiber"
                                              : "stack=thread"));
        }
    }

    static void diesOfTheTrueSignal() {
        for (const auto& [word, signal, name] :
             {std::tuple("trap", SIGILL, "SIGILL"), std::tuple("divide", SIGFPE, "SIGFPE"),
              std::tuple("abort", SIGABRT, "SIGABRT")}) {
            BerthdProcess host(service());
            static_cast<void>(provoke(host, word));
            expectEnd(host, signal);
            expect(host.output(), {std::string("crashed with ") + name, "in handle()"});
        }
        BerthdProcess host(service());
        host.signal(SIGSYS);
        expectEnd(host, SIGSYS);
        expect(host.output(), {"crashed with SIGSYS, sent by process"});
    }

    static void tellsWhereACallThroughABadPointerCameFrom() {
        BerthdProcess host(service());
        static_cast<void>(provoke(host, "call"));
        expectEnd(host, SIGSEGV);
        expect(host.output(), {"backtrace=\"0x10 crashes-"});
    }

    static void namesAStackOverrunOnAThread() {
        BerthdProcess host(service("engine = threads\n"));
        static_cast<void>(provoke(host, "recurse"));
        expectEnd(host, SIGSEGV);
        if (!kSanitized)
            expect(host.output(), {"the thread overran its stack of", "service=frail"});
    }

    static void namesAStackOverrunOnAThreadOfThePlugin() {
        if (kSanitized) return;
        BerthdProcess host(service());
        static_cast<void>(provoke(host, "deep-thread"));
        expectEnd(host, SIGSEGV);
        expect(host.output(), {"the thread overran its stack of", "plugin=crashes-"});
    }

    static void tellsWhatNobodyCaught() {
        BerthdProcess host(service());
        static_cast<void>(provoke(host, "throw"));
        expectEnd(host, SIGABRT);
        expect(host.output(), {"crashed with SIGABRT, nobody caught std::runtime_error: thrown too "
                               "late, in handle()"});
    }

    static void knowsWorkOnAHelperThread() {
        BerthdProcess host(service("engine = fibers\n"));
        const auto client = provoke(host, "blocking null");
        expectEnd(host, SIGSEGV);
        expect(host.output(), {"in blocking() service=frail", "client=" + client, "thread=helper"});
    }

    static void knowsThePluginOfAThreadOfItsOwn() {
        BerthdProcess host(service());
        static_cast<void>(provoke(host, "thread"));
        expectEnd(host, SIGSEGV);
        expect(host.output(), {"in a thread of its own plugin=crashes-"});
    }

    static void tellsThePhaseOutsideOfHandlers() {
        for (const auto& [when, phase] :
             {std::pair("create", "the constructor"), std::pair("self-test", "selfTest()")}) {
            BerthdProcess host(service("when = " + std::string(when) + "\n"),
                               {.awaitReady = false});
            expectEnd(host, SIGSEGV);
            expect(host.output(), {"in " + std::string(phase) + " service=frail plugin=crashes"});
        }
        for (const auto& [when, phase] :
             {std::pair("stop", "stop()"), std::pair("destroy", "the destructor")}) {
            BerthdProcess host(service("when = " + std::string(when) + "\n"));
            host.signal(SIGTERM);
            expectEnd(host, SIGSEGV);
            expect(host.output(), {"in " + std::string(phase) + " service=frail plugin=crashes"});
        }
    }

    static void writesOneEventToTheLogFile() {
        BerthdProcess host(
            service(), {.hostKeys = "log = host.log\nlog_format = json\n", .awaitReady = false});
        const auto ready = [&] {
            return contains(readFile(host.folder() / "host.log"), "is ready with");
        };
        CHECK(waitUntil(ready));
        const auto client = provoke(host, "null");
        expectEnd(host, SIGSEGV);
        expect(host.output(), {"berthd: host: crashed with SIGSEGV"});
        auto log = readFile(host.folder() / "host.log");
        CHECK(endsWith(log, "}\n"));
        log.pop_back();
        const auto last = parsed(log.substr(log.rfind('\n') + 1));
        CPPUNIT_ASSERT_EQUAL(std::string("error"), last->getValue<std::string>("level"));
        CPPUNIT_ASSERT_EQUAL(client, last->getValue<std::string>("client"));
        CPPUNIT_ASSERT(last->has("backtrace"));
    }

    // What is written to a pipe that nobody reads is lost, and the process ends all the same.
    static void isNotHeldUpByAFullPipe();

    static void tellsAnExitThatIsNotTheHosts() {
        for (const auto* word : {"exit", "quick_exit", "errx"}) {
            BerthdProcess host(service());
            static_cast<void>(provoke(host, word));
            CPPUNIT_ASSERT_EQUAL(70, host.wait(kEndTime).value_or(-1));
            expect(host.output(), {std::string("error host: ended by ") +
                                       (word == std::string("errx") ? "exit(0)" : word),
                                   "called in handle() service=frail", "plugin=crashes"});
        }
    }

    static void tellsAnExitWhileAServiceIsMade() {
        BerthdProcess host(service("when = create\nhow = exit\n"), {.awaitReady = false});
        CPPUNIT_ASSERT_EQUAL(70, host.wait(kEndTime).value_or(-1));
        expect(host.output(), {"ended by exit(0): called in the constructor service=frail"});
    }
};

void CrashTest::isNotHeldUpByAFullPipe() {
    if (kSanitized) return;  // its own report waits for the pipe
    TemporaryFolder folder;
    const auto pipe = folder / "pipe";
    CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(pipe.c_str(), 0600));
    const host::UniqueFd reader(::open(pipe.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    BerthdProcess host(service(),
                       {.hostKeys = "log = host.log\n", .awaitReady = false, .stderrTo = pipe});
    const std::string filling(65536, 'x');
    while (::write(reader.value(), filling.data(), filling.size()) > 0) continue;
    CHECK(
        waitUntil([&] { return contains(readFile(host.folder() / "host.log"), "is ready with"); }));
    static_cast<void>(provoke(host, "null"));
    expectEnd(host, SIGSEGV);
    expect(readFile(host.folder() / "host.log"), {"crashed with SIGSEGV"});
}

CPPUNIT_TEST_SUITE_REGISTRATION(CrashTest);

}  // namespace
}  // namespace berth::test
