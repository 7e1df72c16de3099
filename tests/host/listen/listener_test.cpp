// tests/host/listen/listener_test.cpp - opening addresses, and what is in the way of it.
#include "host/listen/listener.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

#include "host/unique_fd.h"
#include "support/tcp_client.h"
#include "support/temporary_folder.h"

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

// A socket file that nobody listens on, as a process that was killed leaves it.
void leaveStale(const std::filesystem::path& path) {
    sockaddr_un raw{};
    raw.sun_family = AF_UNIX;
    std::strncpy(raw.sun_path, path.c_str(), sizeof raw.sun_path - 1);
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    CPPUNIT_ASSERT_EQUAL(
        0, ::bind(socket.value(), reinterpret_cast<const sockaddr*>(&raw), sizeof raw));
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
    CPPUNIT_TEST(removesOnlyItsOwnFile);
    CPPUNIT_TEST(putsOtherBuffersInForce);
    CPPUNIT_TEST(handsOptionsDownToItsClients);
    CPPUNIT_TEST(tellsWhichInheritedSocketsThereAre);
    CPPUNIT_TEST_SUITE_END();

public:
    void resolvesPort0() {
        const auto listener = open(tcp("127.0.0.1"));
        CPPUNIT_ASSERT(listener->wanted() == tcp("127.0.0.1"));
        CPPUNIT_ASSERT(listener->bound().port != 0);
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), listener->bound().host);
        const TcpClient client(listener->bound().port);  // the backlog takes it
    }

    void listensOnIpv6BesideIpv4() {
        const auto four = open(tcp("0.0.0.0"));
        const auto six = open(tcp("::", four->bound().port));
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
        CPPUNIT_ASSERT_MESSAGE(error, error.find("no interface of this machine") != error.npos);
    }

    void keepsItsDescriptorFromChildren() {
        const auto listener = open(tcp("127.0.0.1"));
        const auto flags = ::fcntl(listener->socket().impl()->sockfd(), F_GETFD);
        CPPUNIT_ASSERT((flags & FD_CLOEXEC) != 0);
    }

    void listensOnAUnixPath() {
        const auto path = folder_ / "a.sock";
        {
            ListenOptions options;
            options.unixMode = 0600;
            const auto listener = open(unixPath(path), options);
            struct stat found {};
            CPPUNIT_ASSERT_EQUAL(0, ::stat(path.c_str(), &found));
            CPPUNIT_ASSERT_EQUAL(0600U, found.st_mode & 0777U);
            CPPUNIT_ASSERT(listener->bound() == unixPath(path));
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
        CPPUNIT_ASSERT_MESSAGE(error, error.find("Address already in use") != error.npos);
        const TcpClient client(path);  // the first one is as before
    }

    void refusesAFileThatIsNoSocket() {
        const auto path = folder_.write("precious", "data");
        const auto error = errorOf(unixPath(path));
        CPPUNIT_ASSERT_MESSAGE(error, error.find("is no socket; remove it") != error.npos);
        CPPUNIT_ASSERT_EQUAL(std::string("data"), readFile(path));

        std::filesystem::create_symlink(path, folder_ / "link");
        CPPUNIT_ASSERT(!errorOf(unixPath(folder_ / "link")).empty());
        CPPUNIT_ASSERT_EQUAL(std::string("data"), readFile(path));
    }

    void refusesAPathThatIsTooLong() {
        const auto error = errorOf(unixPath(folder_ / std::string(120, 'x')));
        CPPUNIT_ASSERT_MESSAGE(error, error.find("File name too long") != error.npos);
    }

    void refusesAFolderThatIsMissing() {
        const auto error = errorOf(unixPath(folder_ / "nowhere/a.sock"));
        CPPUNIT_ASSERT_MESSAGE(error, error.find("No such file") != error.npos);
    }

    void removesOnlyItsOwnFile() {
        const auto path = folder_ / "moved.sock";
        auto first = open(unixPath(path));
        std::filesystem::rename(path, folder_ / "aside.sock");
        const auto second = open(unixPath(path));
        first.reset();
        const TcpClient client(path);
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
        CPPUNIT_ASSERT_MESSAGE(error, error.ends_with("it handed over none"));
    }

private:
    static std::unique_ptr<Listener> open(const ListenAddress& address,
                                          const ListenOptions& options = {}) {
        return std::make_unique<Listener>(address, options, InheritedSockets{});
    }
    // Of a client that the listener accepts.
    static int acceptedOption(const Listener& listener, int level, int name) {
        const TcpClient client(listener.bound().port);
        auto listening = listener.socket();
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
