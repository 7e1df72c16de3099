// tests/plugins/console/console_test.cpp - the built console.so, with the clients it is made for.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "berth/errors.h"
#include "berth/testing/loopback_connection.h"
#include "support/check.h"
#include "support/plugin_under_test.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 20s;
const std::string kBanner = "欢迎进入管理界面.";
const std::string kReady = "{\"status\":200,\"offset\":0}\n";

std::string put(const std::string& name, std::size_t size, const std::string& extra = {}) {
    return R"({"action":"put","filename":")" + name + R"(","file_size":)" + std::to_string(size) +
           extra + "}";
}

// A client as people write them first: it sends, then takes whatever one recv() gives.
class Client {
public:
    explicit Client(Service& service)
        : handler_(std::async(std::launch::async, [this, &service] {
              try {
                  service.handle(connection_);
                  return true;
              } catch (const ConnectionLost&) {
                  return false;
              }
          })) {}
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() {
        connection_.reset();
        handler_.wait();
    }

    void send(std::string_view bytes) { connection_.send(bytes); }
    void finishSending() { connection_.finishSending(); }
    // Takes what came once `text` is in it.
    std::string await(const std::string& text) {
        if (!connection_.waitForReceived(text, kPatience)) {
            throw std::runtime_error("did not get: " + text + " but: " + connection_.received());
        }
        return connection_.takeReceived();
    }
    bool ended() { return handler_.wait_for(kPatience) == std::future_status::ready; }
    [[nodiscard]] std::string received() const { return connection_.received(); }

private:
    testing::LoopbackConnection connection_;
    std::shared_future<bool> handler_;
};

class ConsoleTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConsoleTest);
    CPPUNIT_TEST(greetsEveryClient);
    CPPUNIT_TEST(sendsTheConfiguredBanner);
    CPPUNIT_TEST(runsCommandsWithoutANewline);
    CPPUNIT_TEST(takesAFileAfterWaitingForTheReply);
    CPPUNIT_TEST(takesAFilePushedWithItsHeader);
    CPPUNIT_TEST(mixesCommandsAndUploads);
    CPPUNIT_TEST(takesPiecesOfEveryKind);
    CPPUNIT_TEST(aHeaderWithAKeyEndsWithItsLine);
    CPPUNIT_TEST(aRefusedUploadWithABodyEndsTheConnection);
    CPPUNIT_TEST(aRefusedCommandDoesNot);
    CPPUNIT_TEST(exitEnds);
    CPPUNIT_TEST(showsNoUnfinishedUpload);
    CPPUNIT_TEST(servesWhatItReceivedBeforeADrain);
    CPPUNIT_TEST(hasTheKeysOfBoth);
    CPPUNIT_TEST(saysAllThatIsWrong);
    CPPUNIT_TEST_SUITE_END();

    TemporaryFolder folder_;
    testing::TestContext context_;
    PluginUnderTest plugin_{"console"};
    PluginUnderTest::ServicePtr service_ = make();

    PluginUnderTest::ServicePtr make(const Values& more = {}) {
        Values values{{"directory", folder_.path().string()},
                      {"command.cat", "/bin/cat {file:path}"},
                      {"command.ls", "/bin/ls"},
                      {"command.true", "/bin/true"}};
        values.insert(values.end(), more.begin(), more.end());
        return plugin_.create("console", values, context_);
    }

    std::string talk(const std::vector<std::string>& pieces) {
        testing::LoopbackConnection client;
        for (const auto& piece : pieces) client.send(piece);
        client.finishSending();
        service_->handle(client);
        CHECK(startsWith(client.received(), kBanner));
        return client.received().substr(kBanner.size());
    }

public:
    void showsNoUnfinishedUpload() {
        const auto parts = folder_.path() / ".berth-upload/parts";
        CPPUNIT_ASSERT(std::filesystem::is_directory(parts));
        std::ofstream(parts / "other") << "of another client";
        const std::string refused =
            "error forbidden names that begin with .berth- are the host's own\n";
        CPPUNIT_ASSERT_EQUAL(refused, talk({"cat .berth-upload/parts/other\n"}));
        CPPUNIT_ASSERT_EQUAL(refused + refused,
                             talk({"cd .berth-upload\n", "cat /.berth-upload/parts/other\n"}));
    }

    void servesWhatItReceivedBeforeADrain() {
        std::ofstream(folder_.path() / "a") << "a";
        context_.setDraining(true);
        testing::LoopbackConnection client;
        client.send("cat a\ncat a\n");
        service_->handle(client);
        CPPUNIT_ASSERT_EQUAL(kBanner + "aa", client.received());
    }

    void greetsEveryClient() {
        Client client(*service_);
        CPPUNIT_ASSERT_EQUAL(kBanner, client.await(kBanner));
    }

    void sendsTheConfiguredBanner() {
        service_ = make({{"banner", R"(Welcome\r\n)"}});
        testing::LoopbackConnection client;
        client.finishSending();
        service_->handle(client);
        CPPUNIT_ASSERT_EQUAL(std::string("Welcome\r\n"), client.received());
    }

    void runsCommandsWithoutANewline() {
        folder_.write("a.txt", "content\n");
        Client client(*service_);
        static_cast<void>(client.await(kBanner));
        client.send("ls");
        CPPUNIT_ASSERT_EQUAL(std::string("a.txt\n"), client.await("a.txt\n"));
        client.send("cat a.txt");
        CPPUNIT_ASSERT_EQUAL(std::string("content\n"), client.await("content\n"));
        client.send("true");
        CPPUNIT_ASSERT_EQUAL(std::string("result"), client.await("result"));
    }

    void takesAFileAfterWaitingForTheReply() {
        Client client(*service_);
        static_cast<void>(client.await(kBanner));
        client.send(put("a.txt", 8));
        CPPUNIT_ASSERT_EQUAL(kReady, client.await("\n"));
        client.send("cont");
        client.send("ent\n");
        client.send("cat a.txt");
        CPPUNIT_ASSERT_EQUAL(std::string("content\n"), client.await("content\n"));
    }

    void takesAFilePushedWithItsHeader() {
        Client client(*service_);
        static_cast<void>(client.await(kBanner));
        client.send(put("a.txt", 8) + "content\n");
        CPPUNIT_ASSERT_EQUAL(kReady, client.await("\n"));
        client.send("cat a.txt");
        CPPUNIT_ASSERT_EQUAL(std::string("content\n"), client.await("content\n"));
    }

    void mixesCommandsAndUploads() {
        std::string text;
        std::string expected;
        for (int i = 0; i < 10; ++i) {
            const auto name = "f" + std::to_string(i);
            const auto body = "body of " + name + "\n";
            text += put(name, body.size()) + "\r\n" + body + "cat " + name + "\n";
            expected += kReady + body;
        }
        CPPUNIT_ASSERT_EQUAL(expected, talk({text}));
    }

    void takesPiecesOfEveryKind() {
        const std::string body = "{\"not\":\"a header\"}\ncat a\n";
        const auto text = put("a", body.size()) + body + "cat a\n";
        for (std::size_t at = 1; at < text.size(); ++at) {
            folder_.write("a", "");
            std::filesystem::remove(folder_ / "a");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(at), kReady + body,
                                         talk({text.substr(0, at), text.substr(at)}));
        }
    }

    void aHeaderWithAKeyEndsWithItsLine() {
        const auto header = put("a", 4, R"(,"ack":false)");
        for (const std::string end : {"\n", "\r\n"}) {
            const auto text = header + end + "\nabc" + "cat a\n";
            for (std::size_t at = header.size() - 1; at < header.size() + 4; ++at) {
                folder_.write("a", "");
                std::filesystem::remove(folder_ / "a");
                CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(at), kReady + "\nabc",
                                             talk({text.substr(0, at), text.substr(at)}));
            }
        }
        std::filesystem::remove(folder_ / "a");
        CHECK(contains(talk({header, "ls\n"}), "header-not-ended"));
    }

    void aRefusedUploadWithABodyEndsTheConnection() {
        folder_.write("taken", "x");
        const auto reply = talk({put("taken", 5) + "true\n"});
        CHECK(startsWith(reply, R"({"status":409,"error":"exists")"));
        CPPUNIT_ASSERT_EQUAL(reply.size() - 1, reply.find('\n'));
    }

    void aRefusedCommandDoesNot() {
        const auto reply = talk({"rm -rf /\n", "true\n"});
        CHECK(startsWith(reply, "error unknown-command "));
        CHECK(endsWith(reply, "\nresult"));
    }

    void exitEnds() {
        Client client(*service_);
        static_cast<void>(client.await(kBanner));
        client.send("exit");
        CPPUNIT_ASSERT(client.ended());
    }

    void hasTheKeysOfBoth() {
        std::vector<FieldDescription> fields;
        std::string error;
        CPPUNIT_ASSERT(plugin_.library().kind("console")->describe(fields, error));
        const auto field = [&](std::string_view key) {
            return std::ranges::find(fields, key, &FieldDescription::key);
        };
        for (const auto* key : {"directory", "command.NAME", "timeout", "run_as", "max_file_size",
                                "overwrite", "partial_ttl", "mode"}) {
            CPPUNIT_ASSERT_MESSAGE(key, field(key) != fields.end());
        }
        CHECK(field("framing") == fields.end());
        CPPUNIT_ASSERT(field("directory")->required);
        CPPUNIT_ASSERT_EQUAL(kBanner, field("banner")->defaultText);
    }

    void saysAllThatIsWrong() {
        const auto issues = plugin_.check("console", {{"directory", "/no/such"},
                                                      {"command.cd", "/bin/true"},
                                                      {"run_as", "no-such-user-here"}});
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, issues.size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConsoleTest);

}  // namespace
}  // namespace berth::test
