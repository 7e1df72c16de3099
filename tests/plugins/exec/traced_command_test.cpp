// tests/plugins/exec/traced_command_test.cpp - a command that is dead, but in the hands of a
// debugger: its parent does not get its status before that one lets go.
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "berth/unique_fd.h"
#include "exec/reaper.h"
#include "exec_fixture.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

// Time for the one under test to look and find the process held.
constexpr std::chrono::milliseconds kHeldFor{100};
// Less than the service waits for the status of a dead command.
constexpr std::chrono::milliseconds kInTime{900};

// Another process, which traces one until it is told to go.
class Debugger {
public:
    explicit Debugger(pid_t traced) {
        int go[2];
        int ready[2];
        if (::pipe2(go, O_CLOEXEC) != 0 || ::pipe2(ready, O_CLOEXEC) != 0)
            throw std::runtime_error("pipe2");
        go_ = UniqueFd(go[1]);
        const UniqueFd wait(go[0]);
        const UniqueFd answer(ready[0]);
        UniqueFd report(ready[1]);
        pid_ = ::fork();
        if (pid_ == 0) trace(traced, go, report.value());
        report.reset();
        int error = -1;
        if (::read(answer.value(), &error, sizeof error) != sizeof error || error != 0) {
            letGo();
            throw std::runtime_error("cannot trace a process: error " + std::to_string(error));
        }
    }
    Debugger(const Debugger&) = delete;
    Debugger& operator=(const Debugger&) = delete;
    ~Debugger() { letGo(); }

    void letGo() {
        go_.reset();
        if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), nullptr, 0);
    }

private:
    [[noreturn]] static void trace(pid_t traced, const int (&go)[2], int report) {
        ::close(go[1]);
        const int error = ::ptrace(PTRACE_SEIZE, traced, nullptr, nullptr) == 0 ? 0 : errno;
        static_cast<void>(::write(report, &error, sizeof error));
        char byte = 0;
        static_cast<void>(::read(go[0], &byte, 1));
        ::_exit(0);
    }

    UniqueFd go_;
    pid_t pid_ = -1;
};

// R, S, Z and so on; 0 when there is no such process.
char stateOf(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (!std::getline(stat, line)) return 0;
    return line.at(line.rfind(") ") + 2);
}

class TracedCommandTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TracedCommandTest);
    CPPUNIT_TEST(itsStatusComesWhenTheDebuggerLetsGo);
    CPPUNIT_TEST(itsClientIsToldWhenTheStatusDoesNotCome);
    CPPUNIT_TEST(itIsReapedWhenItsServiceEnds);
    CPPUNIT_TEST_SUITE_END();

public:
    void itsStatusComesWhenTheDebuggerLetsGo() {
        constexpr int kAttempts = 5;
        bool inTime = false;
        for (int i = 0; i < kAttempts && !inTime; ++i) inTime = statusComesBehindTheDebugger();
        CPPUNIT_ASSERT_MESSAGE("the debugger let go too late each time", inTime);
    }

    void itsClientIsToldWhenTheStatusDoesNotCome() {
        pid_t command = 0;
        {
            ExecFixture exec;
            LiveClient client(exec);
            command = start(client);
            Debugger debugger(command);
            kill(command);
            client.waitFor("error status-lost the command ended, but a debugger holds its status");
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, exec.counter("commands_failed"));
            // The next one is served as ever.
            client.send("probe exit 3\n");
            client.waitFor("exit 3");
            client.reset();
        }
        CPPUNIT_ASSERT_EQUAL(char{0}, stateOf(command));
    }

    void itIsReapedWhenItsServiceEnds() {
        const auto child = ::fork();
        if (child == 0) {
            for (;;) ::pause();
        }
        Debugger debugger(child);
        std::jthread later;
        {
            exec::Reaper reaper;
            exec::Reaper::Child held(1);
            held.front() = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
            reaper.adopt(std::move(held));
            kill(child);
            reaper.collect();
            CPPUNIT_ASSERT_EQUAL('Z', stateOf(child));
            later = std::jthread([&debugger] {
                std::this_thread::sleep_for(kHeldFor);
                debugger.letGo();
            });
        }
        later.join();
        CPPUNIT_ASSERT_EQUAL(char{0}, stateOf(child));
    }

private:
    // False when the debugger let go so late that the service need not have waited for it.
    static bool statusComesBehindTheDebugger() {
        ExecFixture exec;
        LiveClient client(exec);
        const auto command = start(client);
        Debugger debugger(command);
        const auto killed = std::chrono::steady_clock::now();
        kill(command);
        std::this_thread::sleep_for(kHeldFor);
        debugger.letGo();
        if (std::chrono::steady_clock::now() - killed > kInTime) return false;
        client.waitFor("signal KILL");
        CPPUNIT_ASSERT_EQUAL(char{0}, stateOf(command));
        return true;
    }

    // The pid of a command that runs until it is killed.
    static pid_t start(LiveClient& client) {
        client.send("probe ignore-term\n");
        client.waitFor("ready\n");
        const auto received = client.received();
        return std::stoi(received.substr(received.find('\n') + 1));
    }

    static void kill(pid_t process) {
        CPPUNIT_ASSERT_EQUAL(0, ::kill(process, SIGKILL));
        CPPUNIT_ASSERT(waitUntil([&] { return stateOf(process) == 'Z'; }));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TracedCommandTest);

}  // namespace
}  // namespace berth::test
