// tests/host/process/daemon_test.cpp - the started process leaves with the daemon's word.
#include "host/process/daemon.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

#include "host/base/own_descriptors.h"
#include "host/base/unique_fd.h"
#include "support/read_all.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::Daemon;
using host::UniqueFd;

// The exit code of the process that was started; `serve` is what the daemon does, and its code.
template <class Serve>
int started(Serve&& serve) {
    const auto child = ::fork();
    if (child == 0) {
        Daemon daemon;
        if (const auto code = daemon.enter()) ::_exit(*code);
        ::_exit(serve(daemon));
    }
    int status = 0;
    CPPUNIT_ASSERT_EQUAL(child, ::waitpid(child, &status, 0));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// What a daemon tells the test when nobody waits for it any more.
class Words {
public:
    Words() {
        std::array<int, 2> ends{};
        CPPUNIT_ASSERT_EQUAL(0, ::pipe2(ends.data(), O_CLOEXEC));
        reader_ = host::UniqueFd(ends[0]);
        writer_ = host::UniqueFd(ends[1]);
        host::own_descriptors::remove(writer_.value());  // children keep it
    }
    void say(const std::string& word) const {
        static_cast<void>(::write(writer_.value(), word.data(), word.size()));
    }
    // All of it, once the daemon has ended.
    [[nodiscard]] std::string heard() {
        writer_.reset();
        return readAll(reader_.value());
    }

private:
    UniqueFd reader_;
    UniqueFd writer_;
};

class DaemonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DaemonTest);
    CPPUNIT_TEST(leavesWhenTheDaemonServes);
    CPPUNIT_TEST(leavesWithTheCodeOfADaemonThatEnded);
    CPPUNIT_TEST(tellsThatTheDaemonNeverServed);
    CPPUNIT_TEST(leadsASessionOfItsOwn);
    CPPUNIT_TEST(tellsTheDaemonThatNobodyWaits);
    CPPUNIT_TEST(isNothingWithoutEnter);
    CPPUNIT_TEST_SUITE_END();

public:
    void leavesWhenTheDaemonServes() {
        Words words;
        const auto code = started([&](Daemon& daemon) {
            words.say(daemon ? "waited for, " : "alone, ");
            words.say(daemon.ready() ? "served, " : "not served, ");
            words.say(daemon ? "waited for, " : "alone, ");
            // The terminal is free.
            struct stat null {};
            struct stat output {};
            ::stat("/dev/null", &null);
            ::fstat(STDOUT_FILENO, &output);
            words.say(output.st_rdev == null.st_rdev ? "detached" : "at the terminal");
            return 3;  // nobody's any more
        });
        CPPUNIT_ASSERT_EQUAL(0, code);
        CPPUNIT_ASSERT_EQUAL(std::string("waited for, served, alone, detached"), words.heard());
    }

    void leavesWithTheCodeOfADaemonThatEnded() {
        CPPUNIT_ASSERT_EQUAL(EX_CONFIG, started([](Daemon&) { return EX_CONFIG; }));
    }

    void tellsThatTheDaemonNeverServed() {
        CPPUNIT_ASSERT_EQUAL(EX_SOFTWARE, started([](Daemon&) { return 0; }));
        CPPUNIT_ASSERT_EQUAL(EX_SOFTWARE, started([](Daemon&) { return ::raise(SIGKILL); }));
    }

    void leadsASessionOfItsOwn() {
        CPPUNIT_ASSERT_EQUAL(7, started([](Daemon&) {
                                 return ::getsid(0) == ::getpid() && ::umask(0) == 027 ? 7 : 8;
                             }));
    }

    void tellsTheDaemonThatNobodyWaits() {
        Words words;
        CPPUNIT_ASSERT_EQUAL(-SIGKILL, started([&](Daemon& daemon) {
            const auto parent = ::getppid();
            ::kill(parent, SIGKILL);
            // Until it is reaped: another of its threads may hold the pipe a moment longer than its
            // child is its own.
            const bool gone = waitUntil([&] { return ::kill(parent, 0) != 0; });
            words.say(gone && !daemon.ready() ? "alone" : "waited for");
            return 0;
        }));
        CPPUNIT_ASSERT_EQUAL(std::string("alone"), words.heard());
    }

    void isNothingWithoutEnter() {
        Daemon daemon;
        CPPUNIT_ASSERT(!daemon);
        CPPUNIT_ASSERT(daemon.ready());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DaemonTest);

}  // namespace
}  // namespace berth::test
