// tests/host/listen/inherited_sockets_test.cpp - sockets that a service manager handed over.
#include "host/listen/inherited_sockets.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>

namespace berth::test {
namespace {

using host::InheritedSockets;

// Runs `check` in a child whose descriptors from 3 on are `count` sockets, as after an exec by
// systemd; true when it returned true there.
bool inChild(int count, const std::function<bool()>& check) {
    const auto child = ::fork();
    if (child == 0) {
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv("LISTEN_FDS", std::to_string(count).c_str(), 1);
        for (int i = 0; i < count; ++i) {
            ::close(3 + i);
            const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
            if (socket != 3 + i && ::dup2(socket, 3 + i) != 3 + i) ::_exit(2);
        }
        ::_exit(check() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

using Names = std::vector<std::string>;

class InheritedSocketsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(InheritedSocketsTest);
    CPPUNIT_TEST(takesThemByName);
    CPPUNIT_TEST(numbersNamesThatOccurTwice);
    CPPUNIT_TEST(isEmptyForAnotherProcess);
    CPPUNIT_TEST(isEmptyForNonsense);
    CPPUNIT_TEST(passesOverDescriptorsThatAreNotOpen);
    CPPUNIT_TEST(clearsTheEnvironment);
    CPPUNIT_TEST_SUITE_END();

public:
    void takesThemByName() {
        CPPUNIT_ASSERT(inChild(2, [] {
            ::setenv("LISTEN_FDNAMES", "web:admin", 1);
            const auto sockets = InheritedSockets::fromEnvironment();
            const auto first = sockets.take("web");
            const auto again = sockets.take("web");
            return sockets.names() == Names{"web", "admin"} && first && again &&
                   first->value() != again->value() && !sockets.take("other") &&
                   (::fcntl(first->value(), F_GETFD) & FD_CLOEXEC) != 0 &&
                   (::fcntl(3, F_GETFD) & FD_CLOEXEC) != 0;
        }));
    }

    void numbersNamesThatOccurTwice() {
        CPPUNIT_ASSERT(inChild(4, [] {
            ::setenv("LISTEN_FDNAMES", "web:web::web", 1);
            const auto sockets = InheritedSockets::fromEnvironment();
            return sockets.names() == Names{"web", "web.1", "unknown", "web.2"};
        }));
        CPPUNIT_ASSERT(inChild(2, [] {
            ::unsetenv("LISTEN_FDNAMES");
            return InheritedSockets::fromEnvironment().names() == Names{"unknown", "unknown.1"};
        }));
    }

    void isEmptyForAnotherProcess() {
        CPPUNIT_ASSERT(inChild(1, [] {
            ::setenv("LISTEN_PID", "1", 1);
            return InheritedSockets::fromEnvironment().names().empty() &&
                   ::fcntl(3, F_GETFD) == 0;  // left as it was
        }));
    }

    void isEmptyForNonsense() {
        for (const auto* count : {"", "0", "-1", "x", "3x", "99999999999999999999", "254"}) {
            CPPUNIT_ASSERT_MESSAGE(count, inChild(1, [count] {
                                       ::setenv("LISTEN_FDS", count, 1);
                                       return InheritedSockets::fromEnvironment().names().empty();
                                   }));
        }
    }

    void passesOverDescriptorsThatAreNotOpen() {
        CPPUNIT_ASSERT(inChild(3, [] {
            ::setenv("LISTEN_FDNAMES", "a:b:c", 1);
            ::close(4);
            return InheritedSockets::fromEnvironment().names() == Names{"a", "c"};
        }));
    }

    void clearsTheEnvironment() {
        CPPUNIT_ASSERT(inChild(1, [] {
            ::setenv("LISTEN_FDNAMES", "a", 1);
            const auto sockets = InheritedSockets::fromEnvironment();
            return std::getenv("LISTEN_PID") == nullptr && std::getenv("LISTEN_FDS") == nullptr &&
                   std::getenv("LISTEN_FDNAMES") == nullptr &&
                   InheritedSockets::fromEnvironment().names().empty();
        }));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InheritedSocketsTest);

}  // namespace
}  // namespace berth::test
