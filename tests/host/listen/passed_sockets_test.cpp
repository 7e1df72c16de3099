// tests/host/listen/passed_sockets_test.cpp - who gets which socket of another process.
#include "host/listen/passed_sockets.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "host/listen/listener.h"
#include "support/check.h"
#include "support/tcp_client.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::InheritedSockets;
using host::ListenAddress;
using host::Listener;
using host::ListenOptions;
using host::PassedSockets;
using host::UniqueFd;

using Entries = std::vector<PassedSockets::Entry>;

const ListenAddress kAnyPort{.host = "127.0.0.1"};

// As SCM_RIGHTS delivers it.
UniqueFd copyOf(const Listener& listener) {
    return UniqueFd(::fcntl(listener.socket().impl()->sockfd(), F_DUPFD_CLOEXEC, 3));
}

class PassedSocketsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PassedSocketsTest);
    CPPUNIT_TEST(givesAnyPortToItsOwnerAlone);
    CPPUNIT_TEST(givesAnAddressToWhoeverWantsIt);
    CPPUNIT_TEST(isOnHoldUntilItIsReleased);
    CPPUNIT_TEST(leavesTheFileToTheOldProcessUntilConfirmed);
    CPPUNIT_TEST(closesWhatNobodyWants);
    CPPUNIT_TEST(keepsTheNamesOfSystemd);
    CPPUNIT_TEST_SUITE_END();

    static InheritedSockets passed(const std::string& owner, const Listener& old) {
        Entries entries;
        entries.push_back({owner, old.wanted(), copyOf(old)});
        return InheritedSockets::fromProcess(std::move(entries));
    }

    void givesAnyPortToItsOwnerAlone() {
        const Listener old(kAnyPort, ListenOptions{}, InheritedSockets{});
        const auto inherited = passed("echo", old);
        const Listener other(kAnyPort, ListenOptions{}, inherited, "greet");
        CHECK(other.bound() != old.bound());
        const Listener own(kAnyPort, ListenOptions{}, inherited, "echo");
        CHECK(own.bound() == old.bound());
        const Listener next(kAnyPort, ListenOptions{}, inherited, "echo");
        CHECK(next.bound() != old.bound());
    }

    void givesAnAddressToWhoeverWantsIt() {
        const Listener old(kAnyPort, ListenOptions{}, InheritedSockets{});
        const auto inherited = passed("echo", old);
        const Listener other(old.bound(), ListenOptions{}, inherited, "greet");
        CHECK(other.bound() == old.bound());
    }

    void isOnHoldUntilItIsReleased() {
        const Listener old(kAnyPort, ListenOptions{}, InheritedSockets{});
        const auto inherited = passed("echo", old);
        const Listener own(kAnyPort, ListenOptions{}, inherited, "echo");
        TcpClient client(own.bound().port);
        auto& accepting = own.socket().accepting();
        CPPUNIT_ASSERT(!accepting.poll(Poco::Timespan(0, 10'000), 0));
        CPPUNIT_ASSERT(accepting.waitHeld(std::chrono::steady_clock::now()));
        accepting.release();
        CPPUNIT_ASSERT(waitUntil([&] { return accepting.poll(Poco::Timespan(1, 0), 0); }));
    }

    void leavesTheFileToTheOldProcessUntilConfirmed() {
        const TemporaryFolder folder;
        const ListenAddress address{.kind = ListenAddress::Kind::Unix, .path = folder / "x.sock"};
        Listener old(address, ListenOptions{}, InheritedSockets{});
        {
            const auto inherited = passed("echo", old);
            const Listener own(address, ListenOptions{}, inherited, "echo");
        }
        CPPUNIT_ASSERT(std::filesystem::exists(address.path));
        const auto inherited = passed("echo", old);
        auto own = std::make_unique<Listener>(address, ListenOptions{}, inherited, "echo");
        inherited.passed().confirm();
        old.leaveFile();
        own.reset();
        CPPUNIT_ASSERT(!std::filesystem::exists(address.path));
    }

    void closesWhatNobodyWants() {
        const TemporaryFolder folder;
        const ListenAddress address{.kind = ListenAddress::Kind::Unix, .path = folder / "x.sock"};
        const Listener old(address, ListenOptions{}, InheritedSockets{});
        const auto inherited = passed("echo", old);
        const std::vector<std::string> expected{toString(address) + " of echo"};
        CHECK(expected == inherited.passed().unused());
        CHECK(expected == inherited.passed().closeUnused());
        CHECK(isEmpty(inherited.passed().unused()));
        CPPUNIT_ASSERT(!std::filesystem::exists(address.path));
    }

    void keepsTheNamesOfSystemd() {
        const Listener old(kAnyPort, ListenOptions{}, InheritedSockets{});
        const ListenAddress web{.kind = ListenAddress::Kind::Systemd, .name = "web"};
        Entries entries;
        entries.push_back({"systemd", web, copyOf(old)});
        const auto inherited = InheritedSockets::fromProcess(std::move(entries));
        for (int i = 0; i < 2; ++i) {
            const Listener own(web, ListenOptions{}, inherited, "echo");
            CHECK(own.bound() == old.bound());
        }
        CHECK(isEmpty(inherited.passed().closeUnused()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PassedSocketsTest);

}  // namespace
}  // namespace berth::test
