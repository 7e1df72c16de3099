// tests/host/listen/service_notification_test.cpp - the datagram that a service manager gets.
#include "host/listen/service_notification.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "host/unique_fd.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::notifyServiceManager;

// Receives at a path, or at an abstract name that is written with a leading `@`.
class Manager {
public:
    explicit Manager(const std::string& name)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un raw{};
        raw.sun_family = AF_UNIX;
        std::memcpy(raw.sun_path, name.data(), name.size());
        if (name.front() == '@') raw.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        CPPUNIT_ASSERT_EQUAL(
            0, ::bind(socket_.value(), reinterpret_cast<const sockaddr*>(&raw), size));
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    }

    // One datagram that is there already; empty when there is none.
    [[nodiscard]] std::string receive() const {
        std::array<char, 512> buffer{};
        const auto count = ::recv(socket_.value(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        return {buffer.data(), static_cast<std::size_t>(count < 0 ? 0 : count)};
    }

private:
    host::UniqueFd socket_;
};

class ServiceNotificationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServiceNotificationTest);
    CPPUNIT_TEST(sendsOneDatagramToAPath);
    CPPUNIT_TEST(sendsToAnAbstractName);
    CPPUNIT_TEST(doesWithoutAManager);
    CPPUNIT_TEST_SUITE_END();

public:
    void tearDown() override { ::unsetenv("NOTIFY_SOCKET"); }

    void sendsOneDatagramToAPath() {
        const TemporaryFolder folder;
        const Manager manager((folder / "notify").string());
        CPPUNIT_ASSERT(notifyServiceManager("READY=1\nSTATUS=2 services"));
        CPPUNIT_ASSERT_EQUAL(std::string("READY=1\nSTATUS=2 services"), manager.receive());
        CPPUNIT_ASSERT_EQUAL(std::string(), manager.receive());
    }

    void sendsToAnAbstractName() {
        const Manager manager("@berth-test-" + std::to_string(::getpid()));
        CPPUNIT_ASSERT(notifyServiceManager("STOPPING=1"));
        CPPUNIT_ASSERT_EQUAL(std::string("STOPPING=1"), manager.receive());
    }

    void doesWithoutAManager() {
        ::unsetenv("NOTIFY_SOCKET");
        CPPUNIT_ASSERT(!notifyServiceManager("READY=1"));
        for (const auto& name : {std::string(), std::string("relative"),
                                 std::string("/nowhere/notify"), "/" + std::string(200, 'x')}) {
            ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
            CPPUNIT_ASSERT(!notifyServiceManager("READY=1"));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceNotificationTest);

}  // namespace
}  // namespace berth::test
