// tests/cli/control_process_test.cpp - `berth VERB` against a control port that the test plays.
#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <mutex>
#include <string>
#include <vector>

#include "cli/fake_server.h"
#include "cli/tool_process.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

// Remembers the requests and gives each the same answer; `auth` gets OK.
class ControlPort {
public:
    explicit ControlPort(std::string answer) : answer_(std::move(answer)), server_(*this) {}
    ControlPort(std::string answer, const std::filesystem::path& path)
        : answer_(std::move(answer)), server_(*this, path) {}

    void operator()(FakeClient& client) {
        for (auto line = client.readLine(); !line.empty(); line = client.readLine()) {
            {
                const std::lock_guard lock(mutex_);
                requests_.push_back(line);
            }
            client.write(line.starts_with("auth ") ? "OK\n.\n" : answer_);
        }
    }

    [[nodiscard]] std::string address() const { return server_.address(); }
    [[nodiscard]] std::vector<std::string> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

private:
    struct Server : FakeServer {
        explicit Server(ControlPort& port) : FakeServer([&port](FakeClient& c) { port(c); }) {}
        Server(ControlPort& port, const std::filesystem::path& path)
            : FakeServer([&port](FakeClient& c) { port(c); }, path) {}
    };

    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    const std::string answer_;
    Server server_;
};

class ControlProcessTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ControlProcessTest);
    CPPUNIT_TEST(printsTheReply);
    CPPUNIT_TEST(sendsTheTokenOverTcpFirst);
    CPPUNIT_TEST(sendsNoTokenOverAUnixSocket);
    CPPUNIT_TEST(findsTheHostThroughTheIni);
    CPPUNIT_TEST(triesTheNextAddressOfTheIni);
    CPPUNIT_TEST(quotesWords);
    CPPUNIT_TEST(namesFilesAsTheCallerSeesThem);
    CPPUNIT_TEST(sendsUnknownVerbsAsTheyAre);
    CPPUNIT_TEST(tellsErrorsAndTheirCode);
    CPPUNIT_TEST(printsJsonOnOneLine);
    CPPUNIT_TEST(tellsErrorsInJson);
    CPPUNIT_TEST(warnsOfATokenThatOthersMayRead);
    CPPUNIT_TEST(refusesToGoWithoutAToken);
    CPPUNIT_TEST(tellsThatNobodyAnswers);
    CPPUNIT_TEST(suggestsTheVerbThatWasMeant);
    CPPUNIT_TEST(takesOptionsThatAreCutShortBeforeTheCommand);
    CPPUNIT_TEST(namesAnUnknownOptionBeforeTheCommand);
    CPPUNIT_TEST(refusesLineBreaksInArguments);
    CPPUNIT_TEST(readsAReplyThatDribbles);
    CPPUNIT_TEST(refusesGarbage);
    CPPUNIT_TEST(refusesALineWithoutEnd);
    CPPUNIT_TEST(tellsOfAReplyThatStopsShort);
    CPPUNIT_TEST(givesUpOnASilentHost);
    CPPUNIT_TEST(hearsWhyItIsTurnedAway);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { ::chmod(token_.c_str(), 0600); }

    void printsTheReply() {
        const ControlPort port("OK 1 service\nshout  serving\n..hidden\n.\n", socket());
        const auto result = ask({"status"});
        CPPUNIT_ASSERT_EQUAL(std::string("1 service\nshout  serving\n.hidden\n"), result.out);
        CPPUNIT_ASSERT_EQUAL(std::string(), result.err);
        CPPUNIT_ASSERT_EQUAL(0, result.status);
    }

    void sendsTheTokenOverTcpFirst() {
        const ControlPort port("OK pong\n.\n");
        const auto result =
            runTool({"ping", "--control", port.address(), "--token-file", token_.string()});
        CPPUNIT_ASSERT_EQUAL(std::string("pong\n"), result.out);
        CHECK(port.requests() == std::vector<std::string>({"auth s3cret", "ping"}));
    }

    void sendsNoTokenOverAUnixSocket() {
        const ControlPort port("OK pong\n.\n", socket());
        CPPUNIT_ASSERT_EQUAL(0, ask({"ping"}).status);
        CHECK(port.requests() == std::vector<std::string>({"ping"}));
    }

    void findsTheHostThroughTheIni() {
        const ControlPort port("OK pong\n.\n", socket());
        folder_.write("berth.ini", "[control]\nlisten = 1, unix:c.sock\n");
        ToolOptions options;
        options.directory = folder_.path();
        CPPUNIT_ASSERT_EQUAL(std::string("pong\n"), runTool({"ping"}, options).out);
    }

    void triesTheNextAddressOfTheIni() {
        const ControlPort port("OK pong\n.\n");
        const auto ini = folder_.write("b.ini", "[control]\nlisten = unix:none.sock, " +
                                                    port.address() + "\ntoken_file = token\n");
        const auto result = runTool({"ping", "--config", ini.string()});
        CPPUNIT_ASSERT_EQUAL(std::string("pong\n"), result.out);
        CPPUNIT_ASSERT_EQUAL(std::string("auth s3cret"), port.requests().at(0));
    }

    void quotesWords() {
        const ControlPort port("OK\n.\n", socket());
        CPPUNIT_ASSERT_EQUAL(0, ask({"set", "shout", "greeting", "a b'c"}).status);
        const auto request = port.requests().at(0);
        CHECK(startsWith(request, "set shout greeting "));
        CHECK(request != "set shout greeting a b'c");
    }

    void namesFilesAsTheCallerSeesThem() {
        const ControlPort port("OK done\n.\n", socket());
        folder_.write("my echo.so", "");
        ToolOptions here;
        here.directory = folder_.path();
        const auto asked = [&](const std::vector<std::string>& words) {
            auto all = words;
            all.insert(all.end(), {"--control", "unix:" + socket().string()});
            CPPUNIT_ASSERT_EQUAL(0, runTool(all, here).status);
            return port.requests().back();
        };
        const auto folder = folder_.path().string();
        CPPUNIT_ASSERT_EQUAL("load '" + folder + "/my echo.so'", asked({"load", "my echo.so"}));
        CPPUNIT_ASSERT_EQUAL("load " + folder + "/x.so", asked({"load", "./x.so"}));
        CPPUNIT_ASSERT_EQUAL("load " + folder + "/../x.so kill-after 3s",
                             asked({"load", "../x.so", "kill-after", "3s"}));
        CPPUNIT_ASSERT_EQUAL(std::string("load /x.so"), asked({"load", "/x.so"}));
        CPPUNIT_ASSERT_EQUAL(std::string("load x.so"), asked({"load", "x.so"}));
        CPPUNIT_ASSERT_EQUAL("upgrade " + folder + "/bin/berthd", asked({"upgrade", "bin/berthd"}));
        CPPUNIT_ASSERT_EQUAL(std::string("upgrade"), asked({"upgrade"}));
        CPPUNIT_ASSERT_EQUAL(std::string("load ./x.so"), asked({"control", "load", "./x.so"}));
    }

    void sendsUnknownVerbsAsTheyAre() {
        const ControlPort port("OK done\n.\n", socket());
        CPPUNIT_ASSERT_EQUAL(std::string("done\n"), ask({"frobnicate", "-3", "x"}).out);
        CPPUNIT_ASSERT_EQUAL(std::string("frobnicate -3 x"), port.requests().at(0));
        CPPUNIT_ASSERT_EQUAL(std::string("done\n"), ask({"control", "help", "set"}).out);
        CPPUNIT_ASSERT_EQUAL(std::string("help set"), port.requests().at(1));
    }

    void tellsErrorsAndTheirCode() {
        const ControlPort port("ERR bad-config nothing was changed\nb.ini:3: why\n.\n", socket());
        const auto result = ask({"reload"});
        CPPUNIT_ASSERT_EQUAL(78, result.status);
        CPPUNIT_ASSERT_EQUAL(std::string(), result.out);
        CPPUNIT_ASSERT_EQUAL(std::string("berth: nothing was changed\nb.ini:3: why\n"), result.err);
    }

    void printsJsonOnOneLine() {
        const ControlPort port("{\"ok\":true,\"text\":\"fine\"}\n", socket());
        CPPUNIT_ASSERT_EQUAL(std::string("{\"ok\":true,\"text\":\"fine\"}\n"),
                             ask({"--json", "status"}).out);
        CPPUNIT_ASSERT_EQUAL(std::string("json status"), port.requests().at(0));
    }

    void tellsErrorsInJson() {
        const ControlPort port("{\"ok\":false,\"code\":\"denied\",\"text\":\"no\"}\n", socket());
        const auto result = ask({"status", "-j"});
        CPPUNIT_ASSERT_EQUAL(77, result.status);
        CHECK(contains(result.out, "denied"));
        CPPUNIT_ASSERT_EQUAL(std::string("berth: no\n"), result.err);
    }

    void warnsOfATokenThatOthersMayRead() {
        ::chmod(token_.c_str(), 0644);
        const ControlPort port("OK\n.\n");
        const auto result =
            runTool({"ping", "-c", port.address(), "--token-file", token_.string()});
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CHECK(contains(result.err, "chmod 600"));
    }

    void refusesToGoWithoutAToken() {
        const ControlPort port("OK\n.\n");
        const auto result = runTool({"ping", "-c", port.address()});
        CPPUNIT_ASSERT_EQUAL(77, result.status);
        CHECK(contains(result.err, "--token-file"));
        CHECK(isEmpty(port.requests()));
    }

    void tellsThatNobodyAnswers() {
        const auto result = ask({"status"});
        CPPUNIT_ASSERT_EQUAL(69, result.status);
        CHECK(contains(result.err, "cannot connect to unix:"));
    }

    void suggestsTheVerbThatWasMeant() {
        const auto result = ask({"statsu"});
        CPPUNIT_ASSERT_EQUAL(64, result.status);
        CHECK(contains(result.err, "did you mean \"status\"?"));
    }

    void takesOptionsThatAreCutShortBeforeTheCommand() {
        const ControlPort port("OK pong\n.\n");
        const auto result =
            runTool({"--token", token_.string(), "--control", port.address(), "ping"});
        CPPUNIT_ASSERT_EQUAL(std::string("pong\n"), result.out);
    }

    void namesAnUnknownOptionBeforeTheCommand() {
        const auto result = runTool({"--at", "127.0.0.1:1", "status"});
        CPPUNIT_ASSERT_EQUAL(64, result.status);
        CPPUNIT_ASSERT_EQUAL(std::string("berth: unknown option --at before the command; berth "
                                         "help status lists what may stand there\n"),
                             result.err);
    }

    void refusesLineBreaksInArguments() {
        const ControlPort port("OK\n.\n", socket());
        CPPUNIT_ASSERT_EQUAL(64, ask({"set", "a", "b", "c\nshutdown"}).status);
        CHECK(isEmpty(port.requests()));
    }

    void readsAReplyThatDribbles() {
        const FakeServer server(
            [](FakeClient& client) {
                static_cast<void>(client.readLine());
                client.dribble("OK fine\r\nline\r\n.\r\n");
                static_cast<void>(client.readToEnd());
            },
            folder_ / "c.sock");
        CPPUNIT_ASSERT_EQUAL(std::string("fine\nline\n"), ask({"status"}).out);
    }

    void refusesGarbage() {
        const ControlPort port("SSH-2.0-OpenSSH\n", socket());
        CPPUNIT_ASSERT_EQUAL(76, ask({"status"}).status);
        CPPUNIT_ASSERT_EQUAL(76, ask({"--json", "status"}).status);
    }

    void refusesALineWithoutEnd() {
        const ControlPort port("OK " + std::string(3'000'000, 'x'), socket());
        CPPUNIT_ASSERT_EQUAL(76, ask({"status"}).status);
    }

    void tellsOfAReplyThatStopsShort() {
        for (const auto* answer : {"", "O", "OK fine\n", "OK fine\nline\n.."}) {
            const FakeServer server(
                [answer](FakeClient& client) {
                    static_cast<void>(client.readLine());
                    client.write(answer);
                },
                folder_ / "c.sock");
            CPPUNIT_ASSERT_EQUAL(69, ask({"status"}).status);
            std::filesystem::remove(folder_ / "c.sock");
        }
    }

    void givesUpOnASilentHost() {
        const FakeServer server([](FakeClient& client) { static_cast<void>(client.readToEnd()); },
                                folder_ / "c.sock");
        const auto result = ask({"status", "--timeout", "100ms"});
        CPPUNIT_ASSERT_EQUAL(75, result.status);
        CHECK(contains(result.err, "said nothing for 100ms"));
    }

    void hearsWhyItIsTurnedAway() {
        const FakeServer server(
            [](FakeClient& client) {
                client.write("ERR busy too many control connections\n.\n");
                client.finish();
                static_cast<void>(client.readToEnd());
            },
            folder_ / "c.sock");
        const auto result = ask({"status"});
        CPPUNIT_ASSERT_EQUAL(75, result.status);
        CHECK(contains(result.err, "too many control connections"));
    }

private:
    std::filesystem::path socket() const { return folder_ / "c.sock"; }

    ToolResult ask(std::vector<std::string> words) const {
        words.insert(words.begin(), {"--control", "unix:" + socket().string()});
        return runTool(words);
    }

    TemporaryFolder folder_;
    std::filesystem::path token_ = folder_.write("token", "s3cret\n");
};

CPPUNIT_TEST_SUITE_REGISTRATION(ControlProcessTest);

}  // namespace
}  // namespace berth::test
