// tests/integration/fork_test.cpp - a child that a plugin forked keeps nothing of the host's.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>

#include "support/berthd_process.h"
#include "support/check.h"
#include "texts.h"

namespace berth::test {
namespace {

// Forked by the plugin of the host's service `forks`; ended with this object.
class Forked {
public:
    explicit Forked(const BerthdProcess& host) : client(host.connect("forks")) {
        client.send("fork\n");
        pid = std::stoi(client.receiveUntil("\n"));
    }
    Forked(const Forked&) = delete;
    Forked& operator=(const Forked&) = delete;
    ~Forked() { ::kill(pid, SIGKILL); }

    [[nodiscard]] std::string status(const std::string& name) const {
        const auto all = readFile("/proc/" + std::to_string(pid) + "/status");
        const auto at = all.find(name + ":\t");
        return at == std::string::npos ? "" : all.substr(at + name.size() + 2, 16);
    }
    [[nodiscard]] std::size_t descriptors(const std::string& kind) const {
        std::size_t count = 0;
        for (const auto& entry :
             std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd")) {
            std::error_code gone;
            const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
            if (target.find(kind) != std::string::npos) ++count;
        }
        return count;
    }

    TcpClient client;
    pid_t pid = -1;
};

class ForkTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ForkTest);
    CPPUNIT_TEST(leavesTheChildNoDescriptor);
    CPPUNIT_TEST(givesTheChildTheSignalsOfAnOrdinaryStart);
    CPPUNIT_TEST(freesThePortWithTheHost);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* kServices =
        "[service:forks]\nlisten = 0\n[service:echo]\nlisten = 0\nengine = fibers\n";

    static void leavesTheChildNoDescriptor() {
        BerthdProcess host(kServices);
        auto other = host.connect("echo");
        CHECK(answer(other, "x") == "x");
        TcpClient control(host.folder() / "control.sock");
        control.send("ping\n");
        CHECK(contains(control.receiveUntil("\n"), "OK"));
        const Forked forked(host);
        CHECK(waitUntil([&] { return forked.descriptors("socket:") == 0; }));
        CHECK(waitUntil([&] { return forked.descriptors("eventpoll") == 0; }));
        CHECK(answer(other, "y") == "y");
    }

    static void givesTheChildTheSignalsOfAnOrdinaryStart() {
        BerthdProcess host(kServices);
        const Forked forked(host);
        // Whoever runs the test may ignore some that the host leaves alone.
        constexpr std::uint64_t kPipeAndFileSize = 0x1001000;
        const auto ordinary = [&] {
            return forked.status("SigBlk") == "0000000000000000" &&
                   (std::stoull(forked.status("SigIgn"), nullptr, 16) & kPipeAndFileSize) == 0;
        };
        const bool came = waitUntil(ordinary);
        CPPUNIT_ASSERT_MESSAGE(forked.status("SigBlk") + " " + forked.status("SigIgn"), came);
    }

    // The child lives on, as one of this process.
    static void freesThePortWithTheHost() {
        BerthdProcess host(kServices);
        const Forked forked(host);
        auto other = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(other, "x"));
        const auto port = host.port("forks");
        CHECK(waitUntil([&] { return forked.descriptors("socket:") == 0; }));
        host.signal(SIGKILL);
        CPPUNIT_ASSERT(host.wait().has_value());
        CPPUNIT_ASSERT_EQUAL(std::string(), other.receiveAll());
        CPPUNIT_ASSERT_THROW(TcpClient{port}, std::exception);
        CPPUNIT_ASSERT_EQUAL(0, ::kill(forked.pid, 0));
        ::kill(forked.pid, SIGTERM);
        const auto ended = [&] { return ::waitpid(forked.pid, nullptr, WNOHANG) == forked.pid; };
        CPPUNIT_ASSERT(waitUntil(ended));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ForkTest);

}  // namespace
}  // namespace berth::test
