// tests/integration/few_descriptors_test.cpp - what a host does that has few descriptors, or none.
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "integration/admitted.h"
#include "support/check.h"

namespace berth::test {
namespace {

// For a host that may have so many descriptors, by its hard limit too.
BerthdProcess::Options fewDescriptors(int most) {
    const auto limit = std::to_string(most);
    return {.launcher = {"/usr/bin/prlimit", "--nofile=" + limit + ":" + limit}};
}

// That the thread described by such a file of proc(5) has used so far.
std::chrono::milliseconds cpuTime(const std::filesystem::path& statFile) {
    const auto stat = readFile(statFile);
    std::istringstream fields(stat.substr(stat.rfind(')') + 2));
    std::vector<std::string> words{std::istream_iterator<std::string>(fields), {}};
    const auto ticks = std::stoll(words.at(11)) + std::stoll(words.at(12));  // utime, stime
    return std::chrono::milliseconds(ticks * 1000 / ::sysconf(_SC_CLK_TCK));
}

using CpuTimes = std::map<std::string, std::chrono::milliseconds>;  // by thread

CpuTimes cpuTimes(pid_t process) {
    CpuTimes times;
    const auto threads = "/proc/" + std::to_string(process) + "/task";
    for (const auto& thread : std::filesystem::directory_iterator(threads)) {
        times[thread.path().filename()] = cpuTime(thread.path() / "stat");
    }
    return times;
}

// What the busiest thread used in between.
std::chrono::milliseconds busiest(const CpuTimes& after, CpuTimes before) {
    std::chrono::milliseconds most{};
    for (const auto& [thread, used] : after) most = std::max(most, used - before[thread]);
    return most;
}

// That this thread has used so far.
std::chrono::nanoseconds ownCpuTime() {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

// Connects to the ports, one after the other, until no descriptor is left: more clients at once
// than there is room for, then single ones, since what served the last clients may be closed late.
std::vector<TcpClient> useUpDescriptors(const std::vector<std::uint16_t>& ports) {
    std::vector<TcpClient> clients;
    for (int i = 0; i < 40; ++i) {
        for (const auto port : ports) clients.emplace_back(port);
    }
    for (int i = 0; i < 100; ++i) {
        clients.emplace_back(ports.front());
        if (asksInVain(clients.back())) return clients;
    }
    throw std::runtime_error("descriptors did not run out");
}

class FewDescriptorsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FewDescriptorsTest);
    CPPUNIT_TEST(turnsClientsAwayWhenDescriptorsRunOut);
    CPPUNIT_TEST(letsAnOperatorInWhenDescriptorsRunOut);
    CPPUNIT_TEST(waitsWhileNoDescriptorIsLeft);
    CPPUNIT_TEST(waitsWhileTheKernelRefusesTo);
    CPPUNIT_TEST(warnsOfTooFewDescriptors);
    CPPUNIT_TEST(takesAsManyDescriptorsAsItsHardLimitAllows);
    CPPUNIT_TEST_SUITE_END();

    void turnsClientsAwayWhenDescriptorsRunOut() {
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        const auto port = host.port("echo");
        const rlimit few{64, 64};
        CPPUNIT_ASSERT_EQUAL(0, ::prlimit(host.pid(), RLIMIT_NOFILE, &few, nullptr));
        useUpDescriptors({port});
        CHECK(waitUntil([&] {
            TcpClient client(port);
            return !asksInVain(client);
        }));
    }

    void letsAnOperatorInWhenDescriptorsRunOut() {
        BerthdProcess host("[service:echo]\nlisten = 0\n[service:uppercase]\nlisten = 0\n",
                           fewDescriptors(48));
        const auto echo = host.port("echo");
        const auto uppercase = host.port("uppercase");
        for (int round = 0; round < 3; ++round) {
            const auto clients = useUpDescriptors({echo, uppercase});
            CHECK(waitUntil([&] { return isDone(host, "status"); }));
            CHECK(waitUntil([&] { return isDone(host, "reload"); }));
        }
        CPPUNIT_ASSERT(waitUntil([&] { return tellsOfRefusals(host); }));
        CHECK(waitUntil([&] { return contains(host.output(), ": out of descriptors"); }));
        CHECK(waitUntil([&] {
            TcpClient client(echo);
            return !asksInVain(client);
        }));
    }

    // The connection before may be there still: then an operator is told to try again, or his is
    // closed.
    static Finding isDone(const BerthdProcess& host, std::string_view request) {
        try {
            return startsWith(host.control(request), "OK");
        } catch (const Poco::Exception& error) {
            return {false, error.displayText()};
        }
    }
    static bool tellsOfRefusals(const BerthdProcess& host) {
        try {
            return statOfEcho(host, "refused_descriptors") > 0;
        } catch (const std::exception&) {
            return false;  // as above
        }
    }

    // The limit is below what is open, so that not even the reserve can be had again.
    void waitsWhileNoDescriptorIsLeft() { expectNoSpin(16); }

    // Below what poll(2) is asked to look at: the kernel refuses to wait at all.
    void waitsWhileTheKernelRefusesTo() { expectNoSpin(0); }

    static void expectNoSpin(rlim_t most) {
        BerthdProcess host(
            "[service:echo]\nlisten = 0\nengine = threads\n[service:uppercase]\nlisten = 0\n",
            {.hostKeys = "watch = on\n"});
        const auto port = host.port("echo");
        auto deaf = host.connect("echo");
        fill(deaf);
        const rlimit few{most, most};
        CPPUNIT_ASSERT_EQUAL(0, ::prlimit(host.pid(), RLIMIT_NOFILE, &few, nullptr));
        std::vector<TcpClient> clients;
        for (int i = 0; i < 8; ++i) clients.emplace_back(port);
        // This thread never sleeps meanwhile: on a busy machine, too, one that spins would get as
        // much of it.
        const auto before = cpuTimes(host.pid());
        const auto end = ownCpuTime() + std::chrono::seconds(1);
        while (ownCpuTime() < end) continue;
        const auto used = busiest(cpuTimes(host.pid()), before);
        CHECK(used <= std::chrono::milliseconds(500));
    }

    // Sends until the host, whose answers nobody reads, takes no more.
    static void fill(TcpClient& client) {
        const std::string block(1 << 16, 'x');
        pollfd room{client.socket().impl()->sockfd(), POLLOUT, 0};
        while (::poll(&room, 1, 300) == 1) {
            CHECK(::send(room.fd, block.data(), block.size(), MSG_DONTWAIT) > 0);
        }
    }

    void warnsOfTooFewDescriptors() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 600\n",
                           fewDescriptors(512));
        const auto log = host.output();
        CHECK(contains(log,
                       "the services may have 600 clients by their max_connections, but this "
                       "process descriptors for fewer than 448"));
    }

    void takesAsManyDescriptorsAsItsHardLimitAllows() {
        rlimit own{};
        ::getrlimit(RLIMIT_NOFILE, &own);
        const rlimit few{64, own.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &few);
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        ::setrlimit(RLIMIT_NOFILE, &own);
        const auto port = host.port("echo");
        std::vector<TcpClient> clients;
        for (int i = 0; i < 100; ++i) clients.emplace_back(port);
        for (auto& client : clients) CPPUNIT_ASSERT(served(client));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FewDescriptorsTest);

}  // namespace
}  // namespace berth::test
