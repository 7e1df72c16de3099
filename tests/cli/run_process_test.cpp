// tests/cli/run_process_test.cpp - `berth run` against exec services that the test plays.
#include <cppunit/extensions/HelperMacros.h>
#include <netdb.h>

#include <atomic>
#include <csignal>
#include <future>
#include <string>

#include "cli/fake_server.h"
#include "cli/tool_process.h"
#include "support/check.h"

namespace berth::test {
namespace {

// Answers one request with the same bytes, then waits for the client to go.
FakeServer::Conversation answering(std::string bytes) {
    return [bytes = std::move(bytes)](FakeClient& client) {
        static_cast<void>(client.readLine());
        client.write(bytes);
        static_cast<void>(client.readToEnd());
    };
}

class RunProcessTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RunProcessTest);
    CPPUNIT_TEST(printsBothStreamsAndEndsWithTheStatus);
    CPPUNIT_TEST(findsAHostByItsName);
    CPPUNIT_TEST(sendsTheCommandAsOneQuotedLine);
    CPPUNIT_TEST(showsOutputBeforeTheCommandEnds);
    CPPUNIT_TEST(passesBytesThroughUnchanged);
    CPPUNIT_TEST(endsAsAShellWouldForSignalsAndRefusals);
    CPPUNIT_TEST(printsOneJsonObject);
    CPPUNIT_TEST(writesOtherBytesInBase64);
    CPPUNIT_TEST(readsDribbledFrames);
    CPPUNIT_TEST(refusesGarbageFrames);
    CPPUNIT_TEST(survivesAHugeFrame);
    CPPUNIT_TEST(tellsOfAnEarlyClose);
    CPPUNIT_TEST(tellsOfAReset);
    CPPUNIT_TEST(givesUpOnSilence);
    CPPUNIT_TEST(closesTheConnectionOnInterrupt);
    CPPUNIT_TEST(endsWhenNobodyReadsTheOutput);
    CPPUNIT_TEST(asksForAddressAndCommand);
    CPPUNIT_TEST_SUITE_END();

public:
    void printsBothStreamsAndEndsWithTheStatus() {
        const FakeServer server(answering("out 3\nhi\nerr 4\nbad\nout 4\nbye\nexit 3 12\n"));
        const auto result = runTool({"run", server.address(), "greet"});
        CPPUNIT_ASSERT_EQUAL(std::string("hi\nbye\n"), result.out);
        CPPUNIT_ASSERT_EQUAL(std::string("bad\n"), result.err);
        CPPUNIT_ASSERT_EQUAL(3, result.status);
    }

    void findsAHostByItsName() {
        const FakeServer server(answering("exit 4 1\n"));
        const auto port = server.address().substr(server.address().rfind(':'));
        // A bare Debian in a folder has no /etc/hosts.
        addrinfo* found = nullptr;
        const bool known = ::getaddrinfo("localhost", nullptr, nullptr, &found) == 0;
        if (known) ::freeaddrinfo(found);
        const int noHost = 68;
        CPPUNIT_ASSERT_EQUAL(known ? 4 : noHost, runTool({"run", "localhost" + port, "x"}).status);
    }

    void sendsTheCommandAsOneQuotedLine() {
        const FakeServer server([](FakeClient& client) {
            const auto line = client.readLine();
            client.write("out " + std::to_string(line.size()) + "\n" + line + "exit 0 1\n");
            static_cast<void>(client.readToEnd());
        });
        const auto result = runTool({"run", server.address(), "dir", "-l", "--help", "two words"});
        CHECK(startsWith(result.out, "dir -l --help "));
        CHECK(result.out != "dir -l --help two words");
        CPPUNIT_ASSERT_EQUAL(64, runTool({"run", server.address(), "a\nb"}).status);
    }

    void showsOutputBeforeTheCommandEnds() {
        std::promise<void> seen;
        const FakeServer server([&seen](FakeClient& client) {
            static_cast<void>(client.readLine());
            client.write("out 5\nfirst");
            seen.get_future().wait_for(std::chrono::seconds(20));
            client.write("exit 0 1\n");
            static_cast<void>(client.readToEnd());
        });
        ToolProcess tool({"run", server.address(), "slow"});
        CPPUNIT_ASSERT_EQUAL(std::string("first"), tool.readUntil("first"));
        seen.set_value();
        CPPUNIT_ASSERT_EQUAL(0, tool.wait().status);
    }

    void passesBytesThroughUnchanged() {
        std::string bytes;
        for (int i = 0; i < 300'000; ++i) bytes += static_cast<char>(i % 256);
        const FakeServer server(
            answering("out " + std::to_string(bytes.size()) + "\n" + bytes + "exit 0 1\n"));
        CHECK(bytes == runTool({"run", server.address(), "cat"}).out);
    }

    void endsAsAShellWouldForSignalsAndRefusals() {
        CPPUNIT_ASSERT_EQUAL(137, statusFor("signal KILL 12\n"));
        CPPUNIT_ASSERT_EQUAL(143, statusFor("signal SIGTERM 12\n"));
        CPPUNIT_ASSERT_EQUAL(127, statusFor("error unknown-command no \"x\"\n"));
        CPPUNIT_ASSERT_EQUAL(126, statusFor("error bad-arguments too many\n"));
        CPPUNIT_ASSERT_EQUAL(124, statusFor("out 1\nxerror timeout longer than 1s\n"));
        CPPUNIT_ASSERT_EQUAL(75, statusFor("error busy later\n"));
    }

    void printsOneJsonObject() {
        const FakeServer server(answering("out 3\nhi\nerr 1\n!exit 3 12\n"));
        const auto result = runTool({"run", "--json", server.address(), "x"});
        CPPUNIT_ASSERT_EQUAL(
            std::string("{\"status\":3,\"exit\":3,\"ms\":12,\"out\":\"hi\\n\",\"err\":\"!\"}\n"),
            result.out);
        CPPUNIT_ASSERT_EQUAL(3, result.status);
    }

    void writesOtherBytesInBase64() {
        const FakeServer server(
            answering("out 2\n\xff\xfe"
                      "exit 0 1\n"));
        const auto result = runTool({"run", "-j", server.address(), "x"});
        CHECK(contains(result.out, "\"out_base64\":\"//4=\""));
    }

    void readsDribbledFrames() {
        const FakeServer server([](FakeClient& client) {
            static_cast<void>(client.readLine());
            client.dribble("out 5\nhelloerr 2\n!!exit 0 7\n");
            static_cast<void>(client.readToEnd());
        });
        const auto result = runTool({"run", server.address(), "x"});
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), result.out);
        CPPUNIT_ASSERT_EQUAL(std::string("!!"), result.err);
    }

    void refusesGarbageFrames() {
        for (const auto* bytes : {"hello\n", "out -1\n", "exit 0\n", "out 5\nhello\xff\xff\n"}) {
            CPPUNIT_ASSERT_EQUAL(76, statusFor(bytes));
        }
        CPPUNIT_ASSERT_EQUAL(76, statusFor(std::string(1'000'000, 'x')));
    }

    void survivesAHugeFrame() {
        const FakeServer server([](FakeClient& client) {
            static_cast<void>(client.readLine());
            client.write("out 18446744073709551615\nabc");
        });
        const auto result = runTool({"run", server.address(), "x"});
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), result.out);
        CPPUNIT_ASSERT_EQUAL(69, result.status);
    }

    void tellsOfAnEarlyClose() {
        const FakeServer server([](FakeClient& client) {
            static_cast<void>(client.readLine());
            client.write("out 5\nhe");
        });
        const auto result = runTool({"run", server.address(), "x"});
        CPPUNIT_ASSERT_EQUAL(69, result.status);
        CHECK(contains(result.err, "before the command ended"));
    }

    void tellsOfAReset() {
        const FakeServer server([](FakeClient& client) {
            static_cast<void>(client.readLine());
            client.reset();
        });
        CPPUNIT_ASSERT_EQUAL(69, runTool({"run", server.address(), "x"}).status);
    }

    void givesUpOnSilence() {
        const FakeServer server(answering(""));
        CPPUNIT_ASSERT_EQUAL(75, runTool({"run", "-t", "100ms", server.address(), "x"}).status);
    }

    void closesTheConnectionOnInterrupt() {
        std::promise<void> closed;
        const FakeServer server([&closed](FakeClient& client) {
            static_cast<void>(client.readLine());
            client.write("out 1\n!");
            static_cast<void>(client.readToEnd());
            closed.set_value();
        });
        ToolProcess tool({"run", server.address(), "sleep"});
        static_cast<void>(tool.readUntil("!"));
        tool.signal(SIGINT);
        CPPUNIT_ASSERT_EQUAL(128 + SIGINT, tool.wait().status);
        CHECK(closed.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready);
    }

    void endsWhenNobodyReadsTheOutput() {
        const FakeServer server([](FakeClient& client) {
            static_cast<void>(client.readLine());
            const std::string frame = "out 65536\n" + std::string(65536, 'x');
            for (;;) client.write(frame);
        });
        ToolProcess tool({"run", server.address(), "yes"});
        static_cast<void>(tool.readUntil("x"));
        tool.closeOutput();
        const auto result = tool.wait();
        CPPUNIT_ASSERT_EQUAL(74, result.status);
        CPPUNIT_ASSERT_EQUAL(std::string(), result.err);
    }

    void asksForAddressAndCommand() {
        CPPUNIT_ASSERT_EQUAL(64, runTool({"run", "7004"}).status);
        CPPUNIT_ASSERT_EQUAL(64, runTool({"run", "nowhere", "x"}).status);
        CPPUNIT_ASSERT_EQUAL(0, runTool({"run", "--help"}).status);
    }

private:
    static int statusFor(const std::string& bytes) {
        const FakeServer server(answering(bytes));
        return runTool({"run", server.address(), "x"}).status;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RunProcessTest);

}  // namespace
}  // namespace berth::test
