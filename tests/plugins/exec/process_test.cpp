// tests/plugins/exec/process_test.cpp - what a command finds when it starts.
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "berth/unique_fd.h"
#include "exec/reaper.h"
#include "exec_fixture.h"
#include "support/check.h"

namespace berth::test {
namespace {

// Those of this process that run or wait to be reaped, as the kernel lists them.
std::string children() {
    std::string all;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream list(thread.path() / "children");
        CPPUNIT_ASSERT(list);
        std::string pid;
        while (list >> pid) {
            std::ifstream status("/proc/" + pid + "/stat");
            std::string line;
            std::getline(status, line);
            all += line.substr(0, line.find(' ', line.find(") ") + 2)) + '\n';
        }
    }
    return all;
}

class ProcessTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProcessTest);
    CPPUNIT_TEST(hasTheListedEnvironmentAndNothingElse);
    CPPUNIT_TEST(hasACleanEnvironmentAsShipped);
    CPPUNIT_TEST(hasOnlyItsThreeStreams);
    CPPUNIT_TEST(leadsItsOwnSession);
    CPPUNIT_TEST(hasNoSignalBlockedOrIgnored);
    CPPUNIT_TEST(hasTheLimitsOfTheSettings);
    CPPUNIT_TEST(isEndedByItsProcessorLimit);
    CPPUNIT_TEST(cannotWriteMoreThanItsFileSizeLimit);
    CPPUNIT_TEST(runsAsAnotherUser);
    CPPUNIT_TEST(entersNoFolderThatItsUserMayNot);
    CPPUNIT_TEST(needsTheStatusOfChildren);
    CPPUNIT_TEST(leavesNoZombie);
    CPPUNIT_TEST(leavesNoZombieOfAProcessThatDiesLate);
    CPPUNIT_TEST(leavesNoDescriptor);
    CPPUNIT_TEST_SUITE_END();

public:
    void hasTheListedEnvironmentAndNothingElse() {
        ::setenv("EXEC_TEST_PASSED", "from the host", 1);
        ::setenv("EXEC_TEST_SECRET", "hidden", 1);
        ExecFixture exec(
            Values{{"environment", "A=1, B=x=y z, EMPTY=, EXEC_TEST_PASSED, EXEC_TEST_UNSET"}});
        CPPUNIT_ASSERT_EQUAL(std::string("A=1\nB=x=y z\nEMPTY=\nEXEC_TEST_PASSED=from the host\n"),
                             exec.askOne("probe env").out);
    }

    void hasACleanEnvironmentAsShipped() {
        CPPUNIT_ASSERT_EQUAL(std::string("PATH=/usr/bin:/bin\nLANG=C.UTF-8\n"),
                             ExecFixture().askOne("probe env").out);
    }

    void hasOnlyItsThreeStreams() {
        // One that closes itself at exec, and one that would not.
        const int careful = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        const int careless = ::open("/dev/null", O_RDONLY);
        const auto reply = ExecFixture().askOne("probe fds");
        ::close(careful);
        ::close(careless);
        CPPUNIT_ASSERT_EQUAL(std::string("0\n1\n2\n"), reply.out);
    }

    void leadsItsOwnSession() {
        ExecFixture exec(Values{{"nice", "3"}, {"umask", "027"}});
        const auto own = ::getpriority(PRIO_PROCESS, 0);
        const auto nice = std::to_string(std::min(own + 3, 19));
        CPPUNIT_ASSERT_EQUAL(
            "leads group 1, session 1, umask 27, nice " + nice + ", input empty, no_new_privs 1\n",
            exec.askOne("probe process").out);
        CPPUNIT_ASSERT_EQUAL(
            "leads group 1, session 1, umask 22, nice " + std::to_string(own) +
                ", input empty, no_new_privs 0\n",
            ExecFixture(Values{{"no_new_privileges", "off"}}).askOne("probe process").out);
    }

    void hasNoSignalBlockedOrIgnored() {
        sigset_t blocked;
        ::sigemptyset(&blocked);
        ::sigaddset(&blocked, SIGUSR1);
        ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
        const auto previous = std::signal(SIGUSR2, SIG_IGN);
        const auto reply = ExecFixture().askOne("probe signals");
        std::signal(SIGUSR2, previous);
        ::pthread_sigmask(SIG_UNBLOCK, &blocked, nullptr);
        CHECK(startsWith(reply.out,
                         "SigBlk:\t0000000000000000\n"
                         "SigIgn:\t0000000000000000\n"));
    }

    void hasTheLimitsOfTheSettings() {
        ExecFixture exec(Values{{"limit_cpu", "7s"},
                                {"limit_memory", "64M"},
                                {"limit_files", "50"},
                                {"limit_file_size", "1M"},
                                // An instrumented probe would not start with so little memory.
                                {"command.limits",
                                 "/usr/bin/prlimit --noheadings --output RESOURCE,SOFT "
                                 "--cpu --as --nofile --fsize --core"}});
        // Each version of prlimit has columns of its own widths.
        std::map<std::string, std::string> limits;
        std::istringstream rows(exec.askOne("limits").out);
        for (std::string name, limit; rows >> name >> limit;) limits[name] = limit;
        const std::map<std::string, std::string> expected{{"CPU", "7"},
                                                          {"AS", "67108864"},
                                                          {"NOFILE", "50"},
                                                          {"FSIZE", "1048576"},
                                                          {"CORE", "0"}};
        CHECK(limits == expected);
    }

    void isEndedByItsProcessorLimit() {
        ExecFixture exec(Values{{"limit_cpu", "1s"},
                                {"max_output", "0"},
                                {"command.spin", "/usr/bin/md5sum /dev/zero"}});
        CPPUNIT_ASSERT_EQUAL(std::string("signal XCPU"), exec.askOne("spin").closing);
    }

    void cannotWriteMoreThanItsFileSizeLimit() {
        ExecFixture exec(
            Values{{"limit_file_size", "1000"}, {"command.copy", "/usr/bin/cp {from} {to:path}"}});
        const auto reply = exec.askOne("copy " EXEC_PROBE " copy");
        CPPUNIT_ASSERT_EQUAL(std::string("signal XFSZ"), reply.closing);
        CPPUNIT_ASSERT_EQUAL(std::uintmax_t{1000},
                             std::filesystem::file_size(exec.root() / "copy"));
    }

    void runsAsAnotherUser() {
        if (::geteuid() != 0) {
            CPPUNIT_ASSERT_THROW(ExecFixture(Values{{"run_as", "nobody"}}), std::runtime_error);
            return;
        }
        ExecFixture exec(Values{{"run_as", "nobody:daemon"},
                                {"directory", "/tmp"},
                                {"command.user", "/usr/bin/id -un"},
                                {"command.group", "/usr/bin/id -gn"},
                                {"command.groups", "/usr/bin/id -G"}});
        const auto replies = exec.ask({"user", "group", "groups"});
        CPPUNIT_ASSERT_EQUAL(std::string("nobody\n"), replies[0].out);
        CPPUNIT_ASSERT_EQUAL(std::string("daemon\n"), replies[1].out);
        CPPUNIT_ASSERT_EQUAL(std::string("1\n"), replies[2].out);
    }

    // The host may: what it opens for a program it opens with that user's rights.
    void entersNoFolderThatItsUserMayNot() {
        if (::geteuid() != 0) return;
        ExecFixture exec(Values{{"run_as", "nobody"},
                                {"command.cat", "/usr/bin/cat {file:path}"},
                                {"command.open", "/usr/bin/cat {file:existing}"}});
        namespace fs = std::filesystem;
        fs::permissions(exec.root().parent_path(), fs::perms(0755));
        fs::create_directories(exec.root() / "private/open");
        fs::create_directories(exec.root() / "public");
        std::ofstream(exec.root() / "private/open/file") << "secret\n";
        std::ofstream(exec.root() / "public/file") << "text\n";
        fs::permissions(exec.root() / "private", fs::perms(0700));
        const auto replies =
            exec.ask({"cat private/open/file", "open private/open/file", "cd private/open",
                      "cat public/file", "open public/file", "cd public", "cat file"});
        for (const auto index : {0U, 1U, 2U}) {
            CPPUNIT_ASSERT_EQUAL(std::string("error forbidden this path may not be entered"),
                                 replies[index].closing);
        }
        for (const auto index : {3U, 4U, 6U}) {
            CPPUNIT_ASSERT_EQUAL(std::string("text\n"), replies[index].out);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), replies[5].closing);
        // The thread has its own rights again.
        CPPUNIT_ASSERT(fs::exists(exec.root() / "private/open/file"));
    }

    void needsTheStatusOfChildren() {
        const auto previous = std::signal(SIGCHLD, SIG_IGN);
        CPPUNIT_ASSERT_THROW(ExecFixture(), std::runtime_error);
        std::signal(SIGCHLD, previous);
    }

    void leavesNoZombie() {
        static_cast<void>(
            ExecFixture().ask({"probe exit 0", "probe die 9", "probe child go", "nothing"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), children());
    }

    // A disk that is slow keeps a process alive for a while that was killed.
    void leavesNoZombieOfAProcessThatDiesLate() {
        int ends[2];
        CPPUNIT_ASSERT_EQUAL(0, ::pipe2(ends, O_CLOEXEC));
        const auto child = ::fork();
        if (child == 0) {
            char byte = 0;
            ::close(ends[1]);
            static_cast<void>(::read(ends[0], &byte, 1));
            ::_exit(0);
        }
        ::close(ends[0]);
        {
            exec::Reaper reaper;
            exec::Reaper::Child held(1);
            held.front() = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
            reaper.adopt(std::move(held));
            reaper.collect();
            CPPUNIT_ASSERT(children() != "");
            ::close(ends[1]);
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), children());
    }

    void leavesNoDescriptor() {
        ExecFixture exec;
        const auto count = [] {
            const std::filesystem::directory_iterator open("/proc/self/fd");
            return std::distance(begin(open), end(open));
        };
        const auto before = count();
        static_cast<void>(exec.ask({"probe exit 0", "cd /", "cd ..", "probe args /x", "nothing"}));
        CPPUNIT_ASSERT_EQUAL(before, count());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProcessTest);

}  // namespace
}  // namespace berth::test
