// tests/host/listen/listener_test.cpp - opening addresses, and what is in the way of it.
#include "host/listen/listener.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "berth/detail/unix_name.h"
#include "host/base/unique_fd.h"
#include "support/check.h"
#include "support/tcp_client.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::InheritedSockets;
using host::ListenAddress;
using host::Listener;
using host::ListenError;
using host::ListenOptions;
using host::UniqueFd;

ListenAddress tcp(const std::string& host, std::uint16_t port = 0) {
    ListenAddress address;
    address.host = host;
    address.port = port;
    return address;
}

ListenAddress unixPath(const std::filesystem::path& path) {
    ListenAddress address;
    address.kind = ListenAddress::Kind::Unix;
    address.path = path;
    return address;
}

int option(const Listener& listener, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    ::getsockopt(listener.socket().impl()->sockfd(), SOL_SOCKET, name, &value, &size);
    return value;
}

UniqueFd bindTo(const std::filesystem::path& path, int type) {
    const auto name = detail::parseUnixName(path.native());
    UniqueFd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    CPPUNIT_ASSERT_EQUAL(0, ::bind(socket.value(), name->raw(), name->length));
    return socket;
}

// A socket file that nobody listens on, as a process that was killed leaves it.
void leaveStale(const std::filesystem::path& path) {
    static_cast<void>(bindTo(path, SOCK_STREAM));
}

struct stat look(const std::filesystem::path& path) {
    struct stat found {};
    CPPUNIT_ASSERT_EQUAL(0, ::lstat(path.c_str(), &found));
    return found;
}

class ListenerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ListenerTest);
    CPPUNIT_TEST(resolvesPort0);
    CPPUNIT_TEST(listensOnIpv6BesideIpv4);
    CPPUNIT_TEST(tellsThatAPortIsTaken);
    CPPUNIT_TEST(tellsThatAnAddressIsNotOfThisMachine);
    CPPUNIT_TEST(keepsItsDescriptorFromChildren);
    CPPUNIT_TEST(listensOnAUnixPath);
    CPPUNIT_TEST(replacesAStaleSocket);
    CPPUNIT_TEST(refusesALiveSocket);
    CPPUNIT_TEST(refusesAFileThatIsNoSocket);
    CPPUNIT_TEST(refusesAPathThatIsTooLong);
    CPPUNIT_TEST(refusesAFolderThatIsMissing);
    CPPUNIT_TEST(refusesALiveSocketOfAnotherType);
    CPPUNIT_TEST(refusesADeadSocketOfAnotherUser);
    CPPUNIT_TEST(oneOfManyTakesADeadSocket);
    CPPUNIT_TEST(removesOnlyItsOwnFile);
    CPPUNIT_TEST(givesItsFileAModeAndAnOwner);
    CPPUNIT_TEST(changesTheModeOfItsFile);
    CPPUNIT_TEST(leavesNoFileWhenItFails);
    CPPUNIT_TEST(listensOnAnAbstractName);
    CPPUNIT_TEST(putsOtherBuffersInForce);
    CPPUNIT_TEST(handsOptionsDownToItsClients);
    CPPUNIT_TEST(tellsWhichInheritedSocketsThereAre);
    CPPUNIT_TEST_SUITE_END();

public:
    void resolvesPort0() {
        const auto listener = open(tcp("127.0.0.1"));
        CHECK(listener->wanted() == tcp("127.0.0.1"));
        CHECK(listener->bound().port != 0);
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), listener->bound().host);
        const TcpClient client(listener->bound().port);  // the backlog takes it
    }

    void listensOnIpv6BesideIpv4() {
        const auto [four, six] = openOnOnePort();
        const TcpClient client(four->bound().port, "127.0.0.1");
        const TcpClient other(six->bound().port, "::1");
        CPPUNIT_ASSERT_EQUAL(std::string("::"), six->bound().host);
    }

    void tellsThatAPortIsTaken() {
        const auto first = open(tcp("127.0.0.1"));
        const auto port = first->bound().port;
        const auto error = errorOf(tcp("127.0.0.1", port));
        CPPUNIT_ASSERT_EQUAL("cannot listen on 127.0.0.1:" + std::to_string(port) +
                                 ": Address already in use; another process, or another service, "
                                 "listens there",
                             error);
    }

    void tellsThatAnAddressIsNotOfThisMachine() {
        const auto error = errorOf(tcp("192.0.2.1", 1));
        CHECK(contains(error, "no interface of this machine"));
    }

    void keepsItsDescriptorFromChildren() {
        const auto listener = open(tcp("127.0.0.1"));
        const auto flags = ::fcntl(listener->socket().impl()->sockfd(), F_GETFD);
        CHECK((flags & FD_CLOEXEC) != 0);
    }

    void listensOnAUnixPath() {
        const auto path = folder_ / "a.sock";
        {
            const auto listener = open(unixPath(path));
            CPPUNIT_ASSERT_EQUAL(0660U, look(path).st_mode & 0777U);
            CHECK(listener->bound() == unixPath(path));
            const TcpClient client(path);
        }
        CPPUNIT_ASSERT(!std::filesystem::exists(path));
    }

    void replacesAStaleSocket() {
        const auto path = folder_ / "stale.sock";
        leaveStale(path);
        const auto listener = open(unixPath(path));
        const TcpClient client(path);
    }

    void refusesALiveSocket() {
        const auto path = folder_ / "live.sock";
        const auto first = open(unixPath(path));
        const auto error = errorOf(unixPath(path));
        CHECK(contains(error, "Address already in use"));
        const TcpClient client(path);  // the first one is as before
    }

    void refusesALiveSocketOfAnotherType() {
        const auto path = folder_ / "datagrams.sock";
        const auto other = bindTo(path, SOCK_DGRAM);
        const auto error = errorOf(unixPath(path));
        CHECK(contains(error, "a socket of another type"));
        CPPUNIT_ASSERT(std::filesystem::exists(path));
    }

    void refusesADeadSocketOfAnotherUser() {
        if (::geteuid() != 0) return;
        const auto path = folder_ / "foreign.sock";
        leaveStale(path);
        CPPUNIT_ASSERT_EQUAL(0, ::chown(path.c_str(), 65534, 65534));
        const auto error = errorOf(unixPath(path));
        CHECK(contains(error, "is of uid 65534"));
        CPPUNIT_ASSERT(std::filesystem::exists(path));
        ListenOptions options;
        options.socketOwner = {"65534", 65534, std::nullopt};
        const auto listener = open(unixPath(path), options);  // what it left itself
    }

    void oneOfManyTakesADeadSocket() {
        using Clock = std::chrono::steady_clock;
        int inTime = 0;
        for (int round = 0; round < 30 && inTime < 20; ++round) {
            const auto path = folder_ / ("race" + std::to_string(round));
            leaveStale(path);
            const auto begun = Clock::now();
            const auto winners = openAtOnce(path);
            // Whoever has waited that long for the folder's lock goes on without it.
            if (Clock::now() - begun >= std::chrono::seconds(1)) continue;
            ++inTime;
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, winners.size());
            const TcpClient client(path);
        }
        CHECK(inTime > 0);
    }

    void refusesAFileThatIsNoSocket() {
        const auto path = folder_.write("precious", "data");
        const auto error = errorOf(unixPath(path));
        CHECK(contains(error, "is no socket; remove it"));
        CPPUNIT_ASSERT_EQUAL(std::string("data"), readFile(path));

        std::filesystem::create_symlink(path, folder_ / "link");
        CPPUNIT_ASSERT(!errorOf(unixPath(folder_ / "link")).empty());
        CPPUNIT_ASSERT_EQUAL(std::string("data"), readFile(path));
    }

    void refusesAPathThatIsTooLong() {
        const auto error = errorOf(unixPath(folder_ / std::string(120, 'x')));
        CHECK(contains(error, "File name too long"));
    }

    void refusesAFolderThatIsMissing() {
        const auto error = errorOf(unixPath(folder_ / "nowhere/a.sock"));
        CHECK(contains(error, "No such file"));
    }

    void removesOnlyItsOwnFile() {
        const auto path = folder_ / "moved.sock";
        auto first = open(unixPath(path));
        std::filesystem::rename(path, folder_ / "aside.sock");
        const auto second = open(unixPath(path));
        first.reset();
        const TcpClient client(path);
    }

    void givesItsFileAModeAndAnOwner() {
        const auto path = folder_ / "mode.sock";
        ListenOptions options;
        options.socketMode = {0604};
        options.socketOwner = {"", ::getuid(), ::getgid()};
        const auto listener = open(unixPath(path), options);
        CPPUNIT_ASSERT_EQUAL(0604U, look(path).st_mode & 0777U);
        if (::geteuid() != 0) return;
        options.socketOwner = {"65534:65533", 65534, 65533};
        const auto other = open(unixPath(folder_ / "owner.sock"), options);
        CPPUNIT_ASSERT_EQUAL(uid_t{65534}, look(folder_ / "owner.sock").st_uid);
        CPPUNIT_ASSERT_EQUAL(gid_t{65533}, look(folder_ / "owner.sock").st_gid);
    }

    void changesTheModeOfItsFile() {
        const auto path = folder_ / "mode.sock";
        const auto listener = open(unixPath(path));
        ListenOptions options;
        options.socketMode = {0600};
        listener->retune(options);
        CPPUNIT_ASSERT_EQUAL(0600U, look(path).st_mode & 0777U);
        // What took its place is another's.
        std::filesystem::rename(path, folder_ / "aside.sock");
        const auto file = folder_.write("mode.sock", "");
        std::filesystem::permissions(file, std::filesystem::perms(0640));
        listener->retune({});
        CPPUNIT_ASSERT_EQUAL(0640U, look(file).st_mode & 0777U);
    }

    void leavesNoFileWhenItFails() {
        if (::geteuid() == 0) return;
        const auto path = folder_ / "given.sock";
        ListenOptions options;
        options.socketOwner = {"root", 0, std::nullopt};
        CPPUNIT_ASSERT_THROW(open(unixPath(path), options), ListenError);
        CPPUNIT_ASSERT(!std::filesystem::exists(path));
    }

    void listensOnAnAbstractName() {
        const auto name = "@" + folder_.path().string();
        const auto listener = open(unixPath(name));
        CHECK(listener->bound() == unixPath(name));
        CPPUNIT_ASSERT(!std::filesystem::exists(name));
        const TcpClient client{std::filesystem::path(name)};
        const auto error = errorOf(unixPath(name));
        CHECK(contains(error, "Address already in use"));
    }

    void putsOtherBuffersInForce() {
        ListenOptions options;
        options.receiveBuffer = {16'384};
        const auto listener = open(tcp("127.0.0.1"), options);
        CPPUNIT_ASSERT_EQUAL(32'768, option(*listener, SO_RCVBUF));  // the kernel doubles it
        options = {.backlog = 5, .receiveBuffer = {8'192}, .sendBuffer = {20'000}};
        listener->retune(options);
        CPPUNIT_ASSERT_EQUAL(16'384, option(*listener, SO_RCVBUF));
        CPPUNIT_ASSERT_EQUAL(40'000, option(*listener, SO_SNDBUF));
        const TcpClient client(listener->bound().port);
    }

    void handsOptionsDownToItsClients() {
        ListenOptions options{.nodelay = false, .keepalive = true};
        const auto listener = open(tcp("127.0.0.1"), options);
        CPPUNIT_ASSERT_EQUAL(0, acceptedOption(*listener, IPPROTO_TCP, TCP_NODELAY));
        CPPUNIT_ASSERT_EQUAL(1, acceptedOption(*listener, SOL_SOCKET, SO_KEEPALIVE));
        listener->retune({.nodelay = true, .keepalive = false});
        CPPUNIT_ASSERT_EQUAL(1, acceptedOption(*listener, IPPROTO_TCP, TCP_NODELAY));
        CPPUNIT_ASSERT_EQUAL(0, acceptedOption(*listener, SOL_SOCKET, SO_KEEPALIVE));
    }

    void tellsWhichInheritedSocketsThereAre() {
        ListenAddress address;
        address.kind = ListenAddress::Kind::Systemd;
        address.name = "web";
        const auto error = errorOf(address);
        CHECK(endsWith(error, "it handed over none"));
    }

private:
    static std::unique_ptr<Listener> open(const ListenAddress& address,
                                          const ListenOptions& options = {}) {
        return std::make_unique<Listener>(address, options, InheritedSockets{});
    }
    // For IPv4 and for IPv6. Another program may have the port of IPv6: then another one is taken.
    static std::pair<std::unique_ptr<Listener>, std::unique_ptr<Listener>> openOnOnePort() {
        constexpr int kAttempts = 5;
        for (int attempt = 1;; ++attempt) {
            auto four = open(tcp("0.0.0.0"));
            try {
                auto six = open(tcp("::", four->bound().port));
                return {std::move(four), std::move(six)};
            } catch (const ListenError&) {
                if (attempt == kAttempts) throw;
            }
        }
    }
    // Eight threads try; those of them that got it.
    static std::vector<std::unique_ptr<Listener>> openAtOnce(const std::filesystem::path& path) {
        std::vector<std::future<std::unique_ptr<Listener>>> all;
        for (int i = 0; i < 8; ++i) {
            all.push_back(std::async(std::launch::async, [&]() -> std::unique_ptr<Listener> {
                try {
                    return open(unixPath(path));
                } catch (const ListenError&) {
                    return nullptr;
                }
            }));
        }
        std::vector<std::unique_ptr<Listener>> winners;
        for (auto& one : all) {
            if (auto listener = one.get()) winners.push_back(std::move(listener));
        }
        return winners;
    }
    // Of a client that the listener accepts.
    static int acceptedOption(const Listener& listener, int level, int name) {
        const TcpClient client(listener.bound().port);
        auto listening = listener.socket();
        CPPUNIT_ASSERT(
            listening.poll(Poco::Timespan(kPatience.count(), 0), Poco::Net::Socket::SELECT_READ));
        const auto accepted = listening.acceptConnection();
        int value = 0;
        socklen_t size = sizeof value;
        ::getsockopt(accepted.impl()->sockfd(), level, name, &value, &size);
        return value == 0 ? 0 : 1;
    }
    static std::string errorOf(const ListenAddress& address) {
        try {
            open(address);
        } catch (const ListenError& error) {
            return error.what();
        }
        return {};
    }

    const TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ListenerTest);

}  // namespace
}  // namespace berth::test
