// tests/host/host_test.cpp - a whole host in this process: changing it, and changing nothing when
// a change fails.
#include "host/host.h"

#include <Poco/Net/ServerSocket.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "host/log/log_system.h"
#include "support/check.h"
#include "support/memory_log_sink.h"
#include "support/tcp_client.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::ChangeError;
using host::ChangeResult;
using host::Host;
using host::HostConfig;
using host::HostOptions;
using host::LogSystem;
using host::ServiceState;

constexpr std::string_view kEcho = "[service:echo]\nlisten = 0\n";

class HostTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostTest);
    CPPUNIT_TEST(servesWhatItsConfigurationSays);
    CPPUNIT_TEST(plansWithoutChanging);
    CPPUNIT_TEST(leavesEverythingWhenAnAddressIsTaken);
    CPPUNIT_TEST(leavesEverythingWhenAServiceCannotBeMade);
    CPPUNIT_TEST(leavesEverythingWhenTheFileIsWrong);
    CPPUNIT_TEST(redeploysWhileOldClientsGoOn);
    CPPUNIT_TEST(stopsAndStartsAService);
    CPPUNIT_TEST(drainsAsLongAsItTakes);
    CPPUNIT_TEST(setsALimitUntilTheNextReload);
    CPPUNIT_TEST(killsConnections);
    CPPUNIT_TEST(loadsAndUnloadsPlugins);
    CPPUNIT_TEST(tellsOfServicesThatAreNotThere);
    CPPUNIT_TEST(cutsWhatIsOpenWhenItEnds);
    CPPUNIT_TEST_SUITE_END();

public:
    void servesWhatItsConfigurationSays() {
        start(std::string(kEcho) + "[service:shout]\nplugin = uppercase\nlisten = 0, 0\n");
        CPPUNIT_ASSERT_EQUAL(std::string("echo"), answer("echo", "echo"));
        CPPUNIT_ASSERT_EQUAL(std::string("LOUD"), answer("shout", "loud"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, host_->inventory().service("shout")->addresses.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, host_->inventory().status().services);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, host_->inventory().status().generation);
        CPPUNIT_ASSERT(host_->inventory().waitIdle("", kPatience));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1},
                             host_->inventory().service("echo")->connections.served);
    }

    void plansWithoutChanging() {
        start(kEcho);
        const auto same = host_->services().planReload();
        CPPUNIT_ASSERT_EQUAL(std::string("nothing would change"), same.text);
        write("[service:greet]\nlisten = 0\n");
        const auto plan = host_->services().planReload();
        CPPUNIT_ASSERT_EQUAL(std::string("2 services would change"), plan.text);
        CHECK(host_->inventory().serviceNames() == std::vector<std::string>{"echo"});
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer("echo", "x"));
    }

    void leavesEverythingWhenAnAddressIsTaken() {
        start(kEcho);
        auto client = connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("a"), exchange(client, "a"));
        const Poco::Net::ServerSocket taken(Poco::Net::SocketAddress("127.0.0.1", 0));
        expectFailure(ChangeError::Address,
                      host_->apply(config("[service:echo]\nlisten = 0\ngreeting = new\n"
                                          "[service:greet]\nlisten = " +
                                          std::to_string(taken.address().port()) + "\n")));
        expectUntouched(client);
    }

    void leavesEverythingWhenAServiceCannotBeMade() {
        start(kEcho);
        auto client = connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("a"), exchange(client, "a"));
        const auto result =
            host_->apply(config("[service:greet]\nlisten = 0\n"
                                "[service:bad]\nplugin = throws_in_create\nlisten = 0\n"));
        expectFailure(ChangeError::BadPlugin, result);
        CHECK(contains(result.text, "no such device"));
        expectUntouched(client);
    }

    void leavesEverythingWhenTheFileIsWrong() {
        start(kEcho);
        auto client = connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("a"), exchange(client, "a"));
        folder_.write("berth.ini", "[service:echo\n");
        expectFailure(ChangeError::BadConfig, host_->services().reload(false));
        expectFailure(ChangeError::BadConfig, host_->services().planReload());
        write("[service:echo]\nlisten = 0\ngreting = typo\n");
        const auto result = host_->services().reload(false);
        expectFailure(ChangeError::BadConfig, result);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, result.lines.size());
        expectUntouched(client);
    }

    void redeploysWhileOldClientsGoOn() {
        start(kEcho);
        const auto port = portOf("echo");
        auto old = connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("a"), exchange(old, "a"));
        write("[service:echo]\nlisten = 0\ngreeting = hello\ndrain_timeout = 200ms\n");
        const auto result = host_->services().reload(false);  // returns when the old client was cut
        CPPUNIT_ASSERT_MESSAGE(result.text, result.ok());
        CPPUNIT_ASSERT_EQUAL(port, portOf("echo"));
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), connect("echo").receiveExactly(5));
        CPPUNIT_ASSERT_EQUAL(std::string(), old.receiveAll());
    }

    void stopsAndStartsAService() {
        start(kEcho);
        const auto port = portOf("echo");
        expectSuccess(host_->services().stop("echo"));
        CHECK(host_->inventory().service("echo")->state == ServiceState::Stopped);
        CPPUNIT_ASSERT_THROW(TcpClient{port}, Poco::Exception);
        expectSuccess(host_->services().start("echo"));
        expectSuccess(host_->services().start("echo"));
        CPPUNIT_ASSERT(host_->inventory().waitState("echo", ServiceState::Serving, kPatience));
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer("echo", "x"));
        expectSuccess(host_->services().restart("echo"));
        CPPUNIT_ASSERT_EQUAL(std::string("y"), answer("echo", "y"));
    }

    void drainsAsLongAsItTakes() {
        start(kEcho);
        std::optional<TcpClient> client(connect("echo"));
        CPPUNIT_ASSERT_EQUAL(std::string("a"), exchange(*client, "a"));
        expectFailure(ChangeError::Timeout,
                      host_->services().drain("echo", std::chrono::milliseconds(20)));
        CPPUNIT_ASSERT_EQUAL(std::string("b"), exchange(*client, "b"));
        client.reset();
        expectSuccess(host_->services().drain("echo", kPatience));
        CPPUNIT_ASSERT(host_->inventory().waitState("echo", ServiceState::Stopped, kPatience));
        expectSuccess(host_->services().start("echo"));
        CPPUNIT_ASSERT_EQUAL(std::string("c"), answer("echo", "c"));
    }

    void setsALimitUntilTheNextReload() {
        start(kEcho);
        const auto set = host_->services().set("echo", "idle_timeout", "7s");
        expectSuccess(set);
        CHECK(set.lines == std::vector<std::string>{"idle_timeout 5m -> 7s"});
        expectFailure(ChangeError::BadValue, host_->services().set("echo", "idle_timeout", "soon"));
        expectFailure(ChangeError::BadValue, host_->services().set("echo", "listen", "7"));
        const auto typo = host_->services().set("echo", "max_conections", "7");
        CHECK(endsWith(typo.text, "did you mean \"max_connections\"?"));
        const auto foreign = host_->services().set("echo", "maxconn", "7");
        CHECK(endsWith(foreign.text, "berth calls it \"max_connections\""));
        const auto reloaded = host_->services().reload(false);
        expectSuccess(reloaded);
        CHECK(reloaded.lines == std::vector<std::string>{"change echo: idle_timeout 7s -> 5m"});
    }

    void killsConnections() {
        start(kEcho);
        auto one = connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), exchange(one, "1"));
        auto two = connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("2"), exchange(two, "2"));
        const auto open = host_->inventory().connections("echo");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, open.size());
        expectSuccess(host_->services().killConnection(open.front().id));
        CPPUNIT_ASSERT_EQUAL(std::string(), one.receiveAll());
        CPPUNIT_ASSERT_EQUAL(std::string("2"), exchange(two, "2"));
        expectSuccess(host_->services().killService("echo"));
        CPPUNIT_ASSERT_EQUAL(std::string(), two.receiveAll());
        expectFailure(ChangeError::NotFound, host_->services().killConnection(999'999));
        CPPUNIT_ASSERT(host_->inventory().waitIdle("echo", kPatience));
        CPPUNIT_ASSERT(flushed(*logs_));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, memory_->count("killed"));
    }

    void loadsAndUnloadsPlugins() {
        start(kEcho);
        const auto file = std::filesystem::path(BERTH_TEST_BINARY_DIR) / "plugins/greet.so";
        expectSuccess(host_->plugins().load(file, {}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, host_->inventory().plugins().size());
        expectSuccess(host_->plugins().unload("greet"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, host_->inventory().plugins().size());
        expectFailure(ChangeError::Conflict, host_->plugins().unload("echo"));
        expectFailure(ChangeError::NotFound, host_->plugins().unload("greet"));
        CPPUNIT_ASSERT(!host_->plugins().load(folder_.write("junk.so", "no plugin"), {}).ok());
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer("echo", "x"));
    }

    void tellsOfServicesThatAreNotThere() {
        start(kEcho);
        const auto result = host_->services().stop("ecko");
        expectFailure(ChangeError::NotFound, result);
        CHECK(contains(result.text, "\"echo\""));
        expectFailure(ChangeError::NotFound, host_->services().start(""));
        expectFailure(ChangeError::NotFound, host_->services().restart("x"));
        expectFailure(ChangeError::NotFound, host_->services().set("x", "rate", "1/s"));
        expectFailure(ChangeError::NotFound, host_->services().drain("x", kPatience));
        expectFailure(ChangeError::NotFound, host_->services().killService("x"));
        CPPUNIT_ASSERT(!host_->inventory().service("x"));
    }

    void cutsWhatIsOpenWhenItEnds() {
        start(kEcho);
        auto client = connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("a"), exchange(client, "a"));
        host_.reset();
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
    }

private:
    void write(std::string_view services) const {
        const std::string build = BERTH_TEST_BINARY_DIR;
        folder_.write("berth.ini", "[host]\nplugins = " + build + "/plugins, " + build +
                                       "/tests/fixtures\nstate = state\n" + std::string(services));
    }
    [[nodiscard]] HostConfig config(std::string_view services) const {
        write(services);
        auto read = host::loadHostConfig(folder_ / "berth.ini");
        CPPUNIT_ASSERT(read.good());
        return std::move(read.config);
    }
    void start(std::string_view services) {
        const auto wanted = config(services);
        logs_.emplace(wanted.host, std::make_unique<MemoryLogSink>(memory_));
        host_ = std::make_unique<Host>(wanted, *logs_);
        expectSuccess(host_->apply(wanted));
    }

    [[nodiscard]] std::uint16_t portOf(const std::string& service) const {
        const auto address = host_->inventory().service(service).value().addresses.at(0);
        return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    }
    [[nodiscard]] TcpClient connect(const std::string& service) const {
        return TcpClient(portOf(service));
    }
    [[nodiscard]] static std::string exchange(TcpClient& client, std::string_view text) {
        client.send(text);
        return client.receiveExactly(text.size());
    }
    [[nodiscard]] std::string answer(const std::string& service, std::string_view text) const {
        auto client = connect(service);
        client.send(text);
        client.finishSending();
        return client.receiveAll();
    }

    static void expectSuccess(const ChangeResult& result) {
        CPPUNIT_ASSERT_MESSAGE(result.text, result.ok());
    }
    static void expectFailure(ChangeError error, const ChangeResult& result) {
        CPPUNIT_ASSERT_MESSAGE(result.text, !result.ok());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(result.text, host::toString(error),
                                     host::toString(*result.error));
    }
    // The only service and its client are as they were after start(kEcho).
    void expectUntouched(TcpClient& client) const {
        CPPUNIT_ASSERT_EQUAL(std::string("b"), exchange(client, "b"));
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer("echo", "x"));  // and no greeting
        CHECK(host_->inventory().serviceNames() == std::vector<std::string>{"echo"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, host_->inventory().plugins().size());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, host_->inventory().status().generation);
    }

    const TemporaryFolder folder_;
    const std::shared_ptr<LogMemory> memory_ = std::make_shared<LogMemory>();
    std::optional<LogSystem> logs_;
    std::unique_ptr<Host> host_;  // goes before its log
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostTest);

}  // namespace
}  // namespace berth::test
