// tests/integration/admission_test.cpp - who is served, held and refused, and that the sums agree.
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
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "support/berthd_process.h"
#include "support/check.h"

namespace berth::test {
namespace {

// A number of `json stats`, such as the value of "refused".
std::uint64_t number(const std::string& json, const std::string& key) {
    std::smatch found;
    if (!std::regex_search(json, found, std::regex("\"" + key + "\":\\s*(\\d+)"))) {
        throw std::runtime_error("no " + key + " in " + json);
    }
    return std::stoull(found[1]);
}

bool served(TcpClient& client) {
    client.send("x");
    return client.receiveExactly(1) == "x";
}

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

// True when the host closed the connection without a byte.
bool refused(TcpClient& client) {
    try {
        return client.receiveExactly(1).empty();
    } catch (const Poco::IOException&) {
        return true;  // a reset
    }
}

class AdmissionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AdmissionTest);
    CPPUNIT_TEST(refusesBeyondTheLimit);
    CPPUNIT_TEST(holdsBeyondTheLimitAndServesLater);
    CPPUNIT_TEST(stopsWhileAClientIsHeld);
    CPPUNIT_TEST(refusesAHeldClientWhenToldTo);
    CPPUNIT_TEST(limitsEachClient);
    CPPUNIT_TEST(refusesByAccessRule);
    CPPUNIT_TEST(limitsTheRate);
    CPPUNIT_TEST(turnsClientsAwayWhenDescriptorsRunOut);
    CPPUNIT_TEST(letsAnOperatorInWhenDescriptorsRunOut);
    CPPUNIT_TEST(waitsWhileNoDescriptorIsLeft);
    CPPUNIT_TEST(waitsWhileTheKernelRefusesTo);
    CPPUNIT_TEST(warnsOfTooFewDescriptors);
    CPPUNIT_TEST(tellsThatItIsFull);
    CPPUNIT_TEST(logsWhomItRefuses);
    CPPUNIT_TEST(takesAsManyDescriptorsAsItsHardLimitAllows);
    CPPUNIT_TEST(countsExactlyUnderAStorm);
    CPPUNIT_TEST(closesAnIdleClient);
    CPPUNIT_TEST(endsALifetime);
    CPPUNIT_TEST(cutsAClientThatDoesNotRead);
    CPPUNIT_TEST_SUITE_END();

    static std::uint64_t stat(const BerthdProcess& host, const std::string& key) {
        return number(host.control("json stats echo"), key);
    }

    void refusesBeyondTheLimit() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 2\noverflow = refuse\n");
        auto first = host.connect("echo");
        auto second = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        CPPUNIT_ASSERT(served(second));
        auto third = host.connect("echo");
        CPPUNIT_ASSERT(refused(third));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, stat(host, "refused"));
    }

    void holdsBeyondTheLimitAndServesLater() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 1\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        auto second = host.connect("echo");
        second.send("x");
        CPPUNIT_ASSERT(waitUntil([&] { return stat(host, "holding") == 1; }));
        first.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string("x"), second.receiveExactly(1));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, stat(host, "refused"));
    }

    void stopsWhileAClientIsHeld() {
        BerthdProcess host(
            "[service:echo]\nlisten = 0\nmax_connections = 1\ndrain_timeout = 100ms\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        auto second = host.connect("echo");
        CPPUNIT_ASSERT(waitUntil([&] { return stat(host, "holding") == 1; }));
        CPPUNIT_ASSERT_EQUAL(std::string("OK"), host.control("stop echo").substr(0, 2));
        CPPUNIT_ASSERT(refused(second));
    }

    void refusesAHeldClientWhenToldTo() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 1\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        auto second = host.connect("echo");
        CPPUNIT_ASSERT(waitUntil([&] { return stat(host, "holding") == 1; }));
        CHECK(startsWith(host.control("set echo overflow refuse"), "OK"));
        CPPUNIT_ASSERT(refused(second));
    }

    void limitsEachClient() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_per_client = 1\n");
        auto first = host.connect("echo");
        CPPUNIT_ASSERT(served(first));
        auto second = host.connect("echo");
        CPPUNIT_ASSERT(refused(second));
        first.finishSending();
        CPPUNIT_ASSERT(waitUntil([&] { return stat(host, "open") == 0; }));
        auto third = host.connect("echo");
        CPPUNIT_ASSERT(served(third));
    }

    void refusesByAccessRule() {
        BerthdProcess host("[service:echo]\nlisten = 0, [::1]:0\nallow = 10.0.0.0/8, ::1\n");
        auto denied = host.connect("echo");
        CPPUNIT_ASSERT(refused(denied));
        CPPUNIT_ASSERT_EQUAL(std::string("OK"),
                             host.control("set echo allow 127.0.0.0/8").substr(0, 2));
        auto allowed = host.connect("echo");
        CPPUNIT_ASSERT(served(allowed));
    }

    void limitsTheRate() {
        BerthdProcess host("[service:echo]\nlisten = 0\nrate = 3/h\noverflow = refuse\n");
        int count = 0;
        for (int i = 0; i < 10; ++i) {
            auto client = host.connect("echo");
            client.send("x");
            if (!refused(client)) ++count;
        }
        CPPUNIT_ASSERT_EQUAL(3, count);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, stat(host, "refused"));
    }

    void turnsClientsAwayWhenDescriptorsRunOut() {
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        const auto port = host.port("echo");
        const rlimit few{64, 64};
        CPPUNIT_ASSERT_EQUAL(0, ::prlimit(host.pid(), RLIMIT_NOFILE, &few, nullptr));
        std::vector<TcpClient> clients;
        for (int i = 0; i < 100; ++i) clients.emplace_back(port);
        auto& last = clients.back();
        CPPUNIT_ASSERT(refused(last));
        clients.clear();
        CPPUNIT_ASSERT(waitUntil([&] {
            TcpClient client(port);
            client.send("x");
            return !refused(client);
        }));
    }

    void letsAnOperatorInWhenDescriptorsRunOut() {
        BerthdProcess host("[service:echo]\nlisten = 0\n[service:uppercase]\nlisten = 0\n",
                           fewDescriptors(48));
        const auto echo = host.port("echo");
        const auto uppercase = host.port("uppercase");
        // The connection before may be there still: then he is told to try again.
        const auto answers = [&](const std::string& request) {
            return waitUntil([&] { return startsWith(host.control(request), "OK"); });
        };
        for (int round = 0; round < 3; ++round) {
            std::vector<TcpClient> clients;
            for (int i = 0; i < 40; ++i) {
                clients.emplace_back(echo);
                clients.emplace_back(uppercase);
            }
            CPPUNIT_ASSERT(refused(clients.back()));
            CHECK(answers("status"));
            CHECK(answers("reload"));
        }
        CHECK(stat(host, "refused_descriptors") > 0);
        CHECK(waitUntil([&] { return contains(host.output(), ": out of descriptors"); }));
        CPPUNIT_ASSERT(waitUntil([&] {
            TcpClient client(echo);
            return served(client);
        }));
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

    void tellsThatItIsFull() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 1\n");
        auto only = host.connect("echo");
        CPPUNIT_ASSERT(served(only));
        const auto status = host.control("status");
        CHECK(contains(status, "full: max_connections reached"));
    }

    void logsWhomItRefuses() {
        BerthdProcess host("[service:echo]\nlisten = 0\ndeny = 127.0.0.1\n");
        auto client = host.connect("echo");
        CPPUNIT_ASSERT(refused(client));
        const std::regex line("warning echo: refused 127\\.0\\.0\\.1:[0-9]+: not allowed\n");
        CPPUNIT_ASSERT(waitUntil([&] { return std::regex_search(host.output(), line); }));
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

    void countsExactlyUnderAStorm() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 5\noverflow = refuse\n");
        const auto port = host.port("echo");
        constexpr int kClients = 500;
        for (int i = 0; i < kClients; ++i) {
            TcpClient client(port);
            if (i % 3 == 0) client.send("x");
            if (i % 5 == 0) client.reset();
        }
        CPPUNIT_ASSERT(waitUntil(
            [&] { return stat(host, "accepted") == kClients && stat(host, "open") == 0; }));
        const auto stats = host.control("json stats echo");
        CPPUNIT_ASSERT_EQUAL(number(stats, "accepted"),
                             number(stats, "refused") + number(stats, "served"));
        CPPUNIT_ASSERT_EQUAL(number(stats, "served"), number(stats, "ended"));
    }

    // Where this process is stopped for a while, a client may be too late with its first byte.
    void closesAnIdleClient() {
        BerthdProcess host("[service:echo]\nlisten = 0\nidle_timeout = 300ms\n");
        const auto servedThenClosed = [&] {
            auto client = host.connect("echo");
            try {
                if (!served(client)) return false;
            } catch (const Poco::IOException&) {
                return false;
            }
            CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
            return true;
        };
        CPPUNIT_ASSERT(waitUntil(servedThenClosed));
        CHECK(waitUntil([&] { return contains(host.output(), "idle timeout"); }));
    }

    void endsALifetime() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_lifetime = 200ms\n");
        auto client = host.connect("echo");
        const auto cut = [&] {
            try {
                return !served(client);
            } catch (const Poco::IOException&) {
                return true;
            }
        };
        CPPUNIT_ASSERT(waitUntil(cut));
        CHECK(waitUntil([&] { return contains(host.output(), "lifetime"); }));
    }

    void cutsAClientThatDoesNotRead() {
        BerthdProcess host("[service:echo]\nlisten = 0\nwrite_timeout = 200ms\n");
        auto client = host.connect("echo");
        client.socket().setSendTimeout(Poco::Timespan(0, 100'000));
        const std::string block(1 << 16, 'x');
        const auto cut = [&] {
            try {
                client.send(block);
            } catch (const Poco::TimeoutException&) {
            } catch (const Poco::IOException&) {
                return true;
            }
            return host.output().find("write timeout") != std::string::npos;
        };
        CPPUNIT_ASSERT(waitUntil(cut));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdmissionTest);

}  // namespace
}  // namespace berth::test
