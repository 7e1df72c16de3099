// tests/host/process/signal_rules_test.cpp - what signals do to the host, and to a plugin's child.
#include "host/process/signal_rules.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>

#include "host/base/unique_fd.h"
#include "support/check.h"

namespace berth::test {
namespace {

constexpr std::array kIgnored{SIGPIPE, SIGXFSZ,   SIGTTIN, SIGTTOU,
                              SIGALRM, SIGVTALRM, SIGPROF, SIGIO};

bool isIgnored(int signal) {
    struct sigaction action {};
    ::sigaction(signal, nullptr, &action);
    return action.sa_handler == SIG_IGN;
}

// 0 when `holds` is true in a child.
template <class Condition>
int inChild(Condition&& holds) {
    const auto child = ::fork();
    if (child == 0) ::_exit(holds() ? 0 : 1);
    int status = 0;
    CPPUNIT_ASSERT_EQUAL(child, ::waitpid(child, &status, 0));
    return status;
}

bool blocks(int signal) {
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return sigismember(&mask, signal) != 0;
}

class SignalRulesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SignalRulesTest);
    CPPUNIT_TEST(ignoresWhatWouldEndTheHost);
    CPPUNIT_TEST(canAskForTheExitStatusOfChildren);
    CPPUNIT_TEST(givesAChildTheDefaultsBack);
    CPPUNIT_TEST(leavesHandlersOfAPluginToItsChild);
    CPPUNIT_TEST(givesAChildTheBlockedSignalsBack);
    CPPUNIT_TEST(closesTheHostsDescriptorsInAChild);
    CPPUNIT_TEST(leavesAGrandchildWhatTheChildOpened);
    CPPUNIT_TEST(leavesAChildNothingThatOpensOrClosesMeanwhile);
    CPPUNIT_TEST_SUITE_END();

public:
    void ignoresWhatWouldEndTheHost() {
        for (const int signal : kIgnored) {
            CPPUNIT_ASSERT_MESSAGE(std::to_string(signal), isIgnored(signal));
        }
        CPPUNIT_ASSERT(!isIgnored(SIGTERM));
    }

    void canAskForTheExitStatusOfChildren() {
        std::signal(SIGCHLD, SIG_IGN);  // as somebody started the process
        host::signal_rules::install();
        CPPUNIT_ASSERT_EQUAL(0, inChild([] { return true; }));
    }

    void givesAChildTheDefaultsBack() {
        CPPUNIT_ASSERT_EQUAL(0, inChild([] {
                                 for (const int signal : kIgnored) {
                                     if (isIgnored(signal)) return false;
                                 }
                                 return true;
                             }));
        CPPUNIT_ASSERT(isIgnored(SIGPIPE));  // here as before
    }

    void leavesHandlersOfAPluginToItsChild() {
        std::signal(SIGALRM, [](int) {});
        CPPUNIT_ASSERT_EQUAL(0, inChild([] {
                                 struct sigaction action {};
                                 ::sigaction(SIGALRM, nullptr, &action);
                                 return action.sa_handler != SIG_DFL;
                             }));
    }

    void givesAChildTheBlockedSignalsBack() {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGTERM);
        ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
        CPPUNIT_ASSERT_EQUAL(0, inChild([] { return !blocks(SIGTERM); }));
        CPPUNIT_ASSERT(blocks(SIGTERM));
        // Who blocks all signals on purpose goes on doing so.
        sigfillset(&set);
        ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
        CPPUNIT_ASSERT_EQUAL(0, inChild([] { return blocks(SIGTERM); }));
    }

    void closesTheHostsDescriptorsInAChild() {
        const host::UniqueFd own(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        const int other = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        const auto found = inChild(
            [&] { return ::fcntl(own.value(), F_GETFD) == -1 && ::fcntl(other, F_GETFD) != -1; });
        ::close(other);
        CHECK(found == 0);
        CHECK(::fcntl(own.value(), F_GETFD) != -1);
    }

    void leavesAGrandchildWhatTheChildOpened() {
        const host::UniqueFd own(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        const auto found = inChild([&] {
            const int again = ::dup3(STDERR_FILENO, own.value(), O_CLOEXEC);
            return inChild([&] { return ::fcntl(again, F_GETFD) != -1; }) == 0;
        });
        CHECK(found == 0);
    }

    void leavesAChildNothingThatOpensOrClosesMeanwhile() {
        using host::openedBy;
        const auto epolls = [] {
            std::size_t count = 0;
            for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
                std::error_code gone;
                const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
                if (target.find("eventpoll") != std::string::npos) ++count;
            }
            return count;
        };
        const auto before = epolls();
        const std::jthread storm([](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                const auto one = openedBy([] { return ::epoll_create1(EPOLL_CLOEXEC); });
                const auto copy =
                    openedBy([&] { return ::fcntl(one.value(), F_DUPFD_CLOEXEC, 0); });
            }
        });
        for (int i = 0; i < 300; ++i) CHECK(inChild([&] { return epolls() <= before; }) == 0);
    }

    void setUp() override {
        ::pthread_sigmask(SIG_SETMASK, nullptr, &mask_);
        host::signal_rules::install();
    }
    void tearDown() override {
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
        host::signal_rules::install();
    }

private:
    sigset_t mask_{};
};

CPPUNIT_TEST_SUITE_REGISTRATION(SignalRulesTest);

}  // namespace
}  // namespace berth::test
