// tests/host/listen/socket_name_test.cpp - addresses as the log and operators read them.
#include "host/listen/socket_name.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <string>

#include "berth/detail/unix_name.h"
#include "host/base/unique_fd.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::printable;
using host::SocketName;
using host::UniqueFd;

// As the kernel has the name of a socket that was bound to it.
SocketName bound(const std::string& text) {
    const auto name = detail::parseUnixName(text);
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    CPPUNIT_ASSERT_EQUAL(0, ::bind(socket.value(), name->raw(), name->length));
    return SocketName::ofLocal(socket.value());
}

class SocketNameTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SocketNameTest);
    CPPUNIT_TEST(printsWithPort);
    CPPUNIT_TEST(printsAUnixPath);
    CPPUNIT_TEST(printsAnAbstractName);
    CPPUNIT_TEST(printsAPathOfTheFullLength);
    CPPUNIT_TEST(knowsASocketWithoutAName);
    CPPUNIT_TEST_SUITE_END();

public:
    void printsWithPort() {
        using Poco::Net::SocketAddress;
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:51515"),
                             printable(SocketName(SocketAddress("127.0.0.1", 51515))));
        CPPUNIT_ASSERT_EQUAL(std::string("[::1]:51515"),
                             printable(SocketName(SocketAddress("::1", 51515))));
    }

    void printsAUnixPath() {
        const TemporaryFolder folder;
        const auto path = (folder / "x.sock").string();
        CPPUNIT_ASSERT_EQUAL("unix:" + path, printable(bound(path)));
    }

    void printsAnAbstractName() {
        const TemporaryFolder folder;  // its name makes this one unique
        const auto text = "@" + folder.path().string();
        CPPUNIT_ASSERT_EQUAL("unix:" + text, printable(bound(text)));
    }

    // The kernel then gives no NUL behind it.
    void printsAPathOfTheFullLength() {
        sockaddr_un raw{};
        raw.sun_family = AF_UNIX;
        std::memset(raw.sun_path, 'x', sizeof raw.sun_path);
        const SocketName name(reinterpret_cast<const sockaddr*>(&raw), sizeof raw);
        CPPUNIT_ASSERT_EQUAL("unix:" + std::string(sizeof raw.sun_path, 'x'), printable(name));
    }

    void knowsASocketWithoutAName() {
        std::array<int, 2> pair{};
        CPPUNIT_ASSERT_EQUAL(0, ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()));
        const UniqueFd one(pair[0]);
        const UniqueFd other(pair[1]);
        const auto name = SocketName::ofLocal(one.value());
        CPPUNIT_ASSERT(name.isUnix());
        CPPUNIT_ASSERT_EQUAL(std::string("unix"), printable(name));
        CPPUNIT_ASSERT_EQUAL(std::string("unix"), printable(SocketName()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SocketNameTest);

}  // namespace
}  // namespace berth::test
