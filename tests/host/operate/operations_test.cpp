// tests/host/operate/operations_test.cpp - this process and those that drain behind it, as one.
#include "host/operate/operations.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <string>
#include <vector>

#include "host/control/fake_operations.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::ChangeError;

ConnectionStatus connection(std::uint64_t id, const std::string& service, long process) {
    ConnectionStatus status;
    status.id = id;
    status.service = service;
    status.process = process;
    return status;
}

// Two processes that drain: 41 has connection 1 of echo, 42 has 2 of echo and 3 of shout.
class OldProcesses final : public host::ProcessControl {
public:
    [[nodiscard]] LogLevel logLevel() const override { return LogLevel::Information; }
    void setLogLevel(LogLevel) override {}
    ChangeResult reopenLogs() override { return ChangeResult::success({}); }
    void requestShutdown(host::Shutdown) override {}
    ChangeResult upgrade(const std::filesystem::path&) override {
        return ChangeResult::success({});
    }
    void leave() override {}
    [[nodiscard]] std::optional<ChangeResult> handedOver() const override { return {}; }

    [[nodiscard]] std::vector<long> oldProcesses() const override { return {41, 42}; }
    [[nodiscard]] std::vector<ConnectionStatus> oldConnections(
        std::string_view service) const override {
        std::vector<ConnectionStatus> result;
        for (const auto& each : open_) {
            if (service.empty() || each.service == service) result.push_back(each);
        }
        return result;
    }
    std::optional<long> killOld(std::uint64_t id) override {
        asked.push_back("kill " + std::to_string(id));
        for (const auto& each : open_) {
            if (each.id == id) return each.process;
        }
        return std::nullopt;
    }
    std::size_t killOldService(std::string_view service) override {
        asked.push_back("kill service " + std::string(service));
        return oldConnections(service).size();
    }

    std::vector<std::string> asked;

private:
    const std::vector<ConnectionStatus> open_{connection(1, "echo", 41), connection(2, "echo", 42),
                                              connection(3, "shout", 42)};
};

class OperationsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OperationsTest);
    CPPUNIT_TEST(tellsOfOldProcesses);
    CPPUNIT_TEST(listsOlderConnectionsFirst);
    CPPUNIT_TEST(listsThoseOfOneService);
    CPPUNIT_TEST(killsHereFirst);
    CPPUNIT_TEST(killsInTheProcessThatHasIt);
    CPPUNIT_TEST(tellsThatNobodyHasIt);
    CPPUNIT_TEST(killsAServiceInEveryProcess);
    CPPUNIT_TEST(goesOnWhereAHandlerHereDoesNotEnd);
    CPPUNIT_TEST(killsNothingElsewhereWhenThereIsNoSuchService);
    CPPUNIT_TEST_SUITE_END();

public:
    void tellsOfOldProcesses() {
        const auto status = operations_.status();
        CHECK(status.oldProcesses == std::vector<long>{41, 42});
        CPPUNIT_ASSERT_EQUAL(host_.status().services, status.services);
    }

    void listsOlderConnectionsFirst() {
        host_.setConnections({connection(9, "shout", 43)});
        CHECK(idsOf(operations_.connections({})) == std::vector<std::uint64_t>{1, 2, 3, 9});
    }

    void listsThoseOfOneService() {
        host_.setConnections({connection(9, "shout", 43)});
        CHECK(idsOf(operations_.connections("shout")) == std::vector<std::uint64_t>{3, 9});
    }

    void killsHereFirst() {
        CPPUNIT_ASSERT_EQUAL(std::string("kill 2"), operations_.killConnection(2).text);
        CPPUNIT_ASSERT(old_.asked.empty());
    }

    void killsInTheProcessThatHasIt() {
        host_.answer(ChangeResult::failure(ChangeError::NotFound, "not here"));
        const auto killed = operations_.killConnection(2);
        CPPUNIT_ASSERT(killed.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("killed connection 2 of process 42"), killed.text);
    }

    void tellsThatNobodyHasIt() {
        host_.answer(ChangeResult::failure(ChangeError::NotFound, "not here"));
        const auto result = operations_.killConnection(7);
        CHECK(result.error == ChangeError::NotFound);
        CPPUNIT_ASSERT_EQUAL(std::string("not here"), result.text);
    }

    void killsAServiceInEveryProcess() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("kill service echo, and 2 connections in processes that drain"),
            operations_.killService("echo").text);
        CPPUNIT_ASSERT_EQUAL(std::string("kill service quiet"),
                             operations_.killService("quiet").text);
    }

    void goesOnWhereAHandlerHereDoesNotEnd() {
        host_.answer(ChangeResult::failure(ChangeError::Timeout, "cut"));
        const auto one = operations_.killConnection(2);
        CHECK(one.error == ChangeError::Timeout);
        CPPUNIT_ASSERT_MESSAGE("it is here", old_.asked.empty());
        host_.answer(ChangeResult::failure(ChangeError::Timeout, "cut"));
        const auto all = operations_.killService("echo");
        CHECK(all.error == ChangeError::Timeout);
        CPPUNIT_ASSERT_EQUAL(std::string("cut, and 2 connections in processes that drain"),
                             all.text);
    }

    void killsNothingElsewhereWhenThereIsNoSuchService() {
        host_.answer(ChangeResult::failure(ChangeError::NotFound, "no service"));
        CPPUNIT_ASSERT_EQUAL(std::string("no service"), operations_.killService("ecko").text);
        CPPUNIT_ASSERT(old_.asked.empty());
    }

private:
    static std::vector<std::uint64_t> idsOf(const std::vector<ConnectionStatus>& connections) {
        std::vector<std::uint64_t> ids;
        for (const auto& each : connections) ids.push_back(each.id);
        return ids;
    }

    FakeOperations host_;
    OldProcesses old_;
    const host::Operations operations_{host_, host_, host_, old_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(OperationsTest);

}  // namespace
}  // namespace berth::test
