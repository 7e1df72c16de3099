// tests/integration/exec_host_death_test.cpp - when the host dies without a word, so do its
// commands.
#include <cppunit/extensions/HelperMacros.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/berthd_process.h"
#include "support/check.h"

namespace berth::test {
namespace {

bool isRunning(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    if (!std::getline(stat, text)) return false;
    const auto state = text.substr(text.rfind(')') + 2, 1);
    return state != "Z" && state != "X";
}

// The processes that end commands with a host, of all of its threads.
std::vector<pid_t> supervisorsOf(pid_t host) {
    std::vector<pid_t> supervisors;
    const auto threads = "/proc/" + std::to_string(host) + "/task";
    for (const auto& thread : std::filesystem::directory_iterator(threads)) {
        std::ifstream children(thread.path() / "children");
        for (pid_t child = 0; children >> child;) {
            std::string name;
            std::getline(std::ifstream("/proc/" + std::to_string(child) + "/comm"), name);
            if (name == "berth-exec-end") supervisors.push_back(child);
        }
    }
    return supervisors;
}

// The only one, once it has its name, which is a moment after it was made.
pid_t supervisorOf(pid_t host) {
    std::vector<pid_t> supervisors;
    CPPUNIT_ASSERT(waitUntil([&] {
        supervisors = supervisorsOf(host);
        return supervisors.size() == 1;
    }));
    return supervisors.front();
}

class ExecHostDeathTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExecHostDeathTest);
    CPPUNIT_TEST(aKilledHostLeavesNoCommandBehind);
    CPPUNIT_TEST(anAbortedHostLeavesNoCommandBehind);
    CPPUNIT_TEST(aServiceThatStopsEndsItsSupervisor);
    CPPUNIT_TEST_SUITE_END();

    static std::string service() {
        return "[service:exec]\nlisten = 0\ndirectory = .\n"
               "command.many = " EXEC_PROBE " children {count:int}\n";
    }

    // A command with 255 children, and the host beside it.
    static void diesWith(int signal) {
        BerthdProcess host(service());
        auto client = host.connect("exec");
        client.send("many 255\n");
        std::istringstream words(client.receiveUntil("ready\n"));
        std::string head;
        std::getline(words, head);
        std::vector<pid_t> processes;
        for (pid_t pid = 0; words >> pid;) processes.push_back(pid);
        CPPUNIT_ASSERT_EQUAL(std::size_t{256}, processes.size());
        processes.push_back(supervisorOf(host.pid()));
        for (const auto pid : processes) CPPUNIT_ASSERT(isRunning(pid));
        host.signal(signal);
        CPPUNIT_ASSERT_EQUAL(128 + signal, host.wait().value_or(-1));
        for (const auto pid : processes) {
            CPPUNIT_ASSERT(waitUntil([pid] { return !isRunning(pid); }));
        }
    }

    void aKilledHostLeavesNoCommandBehind() { diesWith(SIGKILL); }
    void anAbortedHostLeavesNoCommandBehind() { diesWith(SIGABRT); }

    void aServiceThatStopsEndsItsSupervisor() {
        BerthdProcess host(service());
        const auto before = supervisorOf(host.pid());
        CHECK(startsWith(host.control("stop exec"), "OK"));
        CPPUNIT_ASSERT(waitUntil([&] { return !isRunning(before); }));
        CHECK(startsWith(host.control("start exec"), "OK"));
        static_cast<void>(supervisorOf(host.pid()));
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExecHostDeathTest);

}  // namespace
}  // namespace berth::test
