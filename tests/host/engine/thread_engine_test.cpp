// tests/host/engine/thread_engine_test.cpp - accepting, changing listeners and stopping.
#include "host/engine/thread_engine.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/base/unique_fd.h"
#include "host/engine/echo_source.h"
#include "support/check.h"
#include "support/fastest.h"
#include "support/no_more_threads.h"
#include "support/sanitized.h"
#include "support/tcp_client.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::ThreadEngine;

class ThreadEngineTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ThreadEngineTest);
    CPPUNIT_TEST(servesSeveralListeners);
    CPPUNIT_TEST(addsAndRemovesListenersWhileSessionsGoOn);
    CPPUNIT_TEST(closesThoseWhoAreRefused);
    CPPUNIT_TEST(destroysSessionsThatNoThreadTook);
    CPPUNIT_TEST(servesMoreClientsThanThreadsOneAfterTheOther);
    CPPUNIT_TEST(stopsAtOnce);
    CPPUNIT_TEST(stopsAtOnceWhileAClientIsHeld);
    CPPUNIT_TEST(isIdleSoonAfterABurst);
    CPPUNIT_TEST(shedsClientsWhenDescriptorsRunOut);
    CPPUNIT_TEST(servesAClientAsSoonAsAThreadCanBeMade);
    CPPUNIT_TEST_SUITE_END();

public:
    void servesSeveralListeners() {
        const auto one = newListener();
        const auto two = newListener();
        ThreadEngine engine("test", 8, source_);
        engine.listen({one, two});
        auto first = connect(one);
        auto second = connect(two);
        CPPUNIT_ASSERT_EQUAL(std::string("first"), echoed(first, "first"));
        CPPUNIT_ASSERT_EQUAL(std::string("second"), echoed(second, "second"));
        CPPUNIT_ASSERT(!engine.idle());
        first.socket().close();
        second.socket().close();
        CPPUNIT_ASSERT(waitUntil([&] { return tally_->gone == 2; }));
        engine.listen({});
        CPPUNIT_ASSERT(waitUntil([&] { return engine.idle(); }));
    }

    void addsAndRemovesListenersWhileSessionsGoOn() {
        const auto one = newListener();
        const auto two = newListener();
        ThreadEngine engine("test", 8, source_);
        engine.listen({one});
        auto before = connect(one);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), echoed(before, "a"));

        engine.listen({one, two});
        auto added = connect(two);
        CPPUNIT_ASSERT_EQUAL(std::string("b"), echoed(added, "b"));
        CPPUNIT_ASSERT_EQUAL(std::string("c"), echoed(before, "c"));

        engine.listen({two});
        CPPUNIT_ASSERT_EQUAL(std::string("d"), echoed(before, "d"));
        auto waiting = connect(one);  // the kernel's backlog still takes it
        auto other = connect(two);
        CPPUNIT_ASSERT_EQUAL(std::string("e"), echoed(other, "e"));
        CPPUNIT_ASSERT_EQUAL(3, tally_->made.load());

        engine.listen({one, two});
        CPPUNIT_ASSERT_EQUAL(std::string("f"), echoed(waiting, "f"));
    }

    void closesThoseWhoAreRefused() {
        const auto listener = newListener();
        ThreadEngine engine("test", 8, source_);
        source_->refuses = true;
        engine.listen({listener});
        auto refused = connect(listener);
        CPPUNIT_ASSERT_EQUAL(std::string(), refused.receiveAll());
        source_->refuses = false;
        auto served = connect(listener);
        CPPUNIT_ASSERT_EQUAL(std::string("x"), echoed(served, "x"));
        CPPUNIT_ASSERT_EQUAL(1, tally_->made.load());
    }

    void destroysSessionsThatNoThreadTook() {
        const auto listener = newListener();
        auto engine = std::make_unique<ThreadEngine>("test", 1, source_);
        engine->listen({listener});
        auto busy = connect(listener);
        CPPUNIT_ASSERT_EQUAL(std::string("x"), echoed(busy, "x"));
        auto queued = connect(listener);
        CPPUNIT_ASSERT(waitUntil([&] { return tally_->made == 2; }));
        engine->listen({});
        auto ended = std::async(std::launch::async, [&] { engine.reset(); });
        CPPUNIT_ASSERT(waitUntil([&] { return tally_->gone == 1; }));
        busy.socket().close();
        ended.get();
        CPPUNIT_ASSERT_EQUAL(2, tally_->gone.load());
    }

    void servesMoreClientsThanThreadsOneAfterTheOther() {
        const auto listener = newListener();
        ThreadEngine engine("test", 2, source_);
        engine.listen({listener});
        std::vector<TcpClient> clients;
        for (int i = 0; i < 10; ++i) clients.push_back(connect(listener));
        for (auto& client : clients) {
            client.send("z");
            client.finishSending();
        }
        for (auto& client : clients) CPPUNIT_ASSERT_EQUAL(std::string("z"), client.receiveAll());
        CPPUNIT_ASSERT(waitUntil([&] { return tally_->gone == 10; }));
    }

    void stopsAtOnce() {
        const auto listener = newListener();
        ThreadEngine engine("test", 8, source_);
        constexpr std::chrono::milliseconds kGood{100};  // Poco alone takes 250 ms
        const auto took = fastest(kGood, [&] {
            engine.listen({listener});
            auto client = connect(listener);
            CPPUNIT_ASSERT_EQUAL(std::string("x"), echoed(client, "x"));
            const auto begun = std::chrono::steady_clock::now();
            engine.listen({});
            return std::chrono::duration_cast<std::chrono::milliseconds>(
                std::chrono::steady_clock::now() - begun);
        });
        CHECK(took <= kGood);
    }

    void stopsAtOnceWhileAClientIsHeld() {
        const auto listener = newListener();
        ThreadEngine engine("test", 8, source_);
        source_->holds = true;
        engine.listen({listener});
        auto held = connect(listener);
        engine.listen({});
        CPPUNIT_ASSERT_EQUAL(0, tally_->made.load());
    }

    void isIdleSoonAfterABurst() {
        const auto listener = newListener();
        for (int round = 0; round < 10; ++round) {
            ThreadEngine engine("test", 64, source_);
            engine.listen({listener});
            {
                std::vector<TcpClient> clients;
                for (int i = 0; i < 20; ++i) clients.push_back(connect(listener));
                for (auto& client : clients) {
                    CPPUNIT_ASSERT_EQUAL(std::string("x"), echoed(client, "x"));
                }
            }
            engine.listen({});
            CPPUNIT_ASSERT(waitUntil([&] { return engine.idle(); }));
        }
    }

    void shedsClientsWhenDescriptorsRunOut() {
        const auto listener = newListener();
        ThreadEngine engine("test", 8, source_);
        engine.listen({listener});
        auto served = connect(listener);
        CPPUNIT_ASSERT_EQUAL(std::string("x"), echoed(served, "x"));
        {
            const LowDescriptorLimit limit;
            // Takes the client's descriptor before they run out.
            Poco::Net::StreamSocket socket(Poco::Net::AddressFamily::IPv4);
            const auto hoard = limit.takeAll();
            socket.connect(Poco::Net::SocketAddress("127.0.0.1", listener->bound().port));
            TcpClient shed(socket);
            CPPUNIT_ASSERT_EQUAL(std::string(), shed.receiveAll());
            CPPUNIT_ASSERT_EQUAL(std::string("y"), echoed(served, "y"));
        }
        CHECK(tally_->shed > 0);
        auto after = connect(listener);
        CPPUNIT_ASSERT_EQUAL(std::string("z"), echoed(after, "z"));
    }

    void servesAClientAsSoonAsAThreadCanBeMade() {
        if (kSanitized) return;  // a sanitizer maps more than any limit allows
        const auto listener = newListener();
        ThreadEngine engine("test", 8, source_);
        engine.listen({listener});
        TcpClient waiting = [&] {
            const NoMoreThreads limit;
            auto client = connect(listener);
            client.send("x");
            CPPUNIT_ASSERT(waitUntil([&] { return tally_->lacking == 1; }));
            CPPUNIT_ASSERT_EQUAL(0, tally_->served.load());
            return client;
        }();
        CPPUNIT_ASSERT_EQUAL(std::string("x"), waiting.receiveExactly(1));
        auto next = connect(listener);
        CPPUNIT_ASSERT_EQUAL(std::string("y"), echoed(next, "y"));
    }

private:
    // So few descriptors that a test can use them up.
    class LowDescriptorLimit {
    public:
        LowDescriptorLimit() {
            ::getrlimit(RLIMIT_NOFILE, &before_);
            auto low = before_;
            low.rlim_cur = 256;
            ::setrlimit(RLIMIT_NOFILE, &low);
        }
        LowDescriptorLimit(const LowDescriptorLimit&) = delete;
        LowDescriptorLimit& operator=(const LowDescriptorLimit&) = delete;
        ~LowDescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

        [[nodiscard]] std::vector<host::UniqueFd> takeAll() const {
            std::vector<host::UniqueFd> hoard;
            for (;;) {
                host::UniqueFd next(::open("/dev/null", O_RDONLY | O_CLOEXEC));
                if (!next) return hoard;
                hoard.push_back(std::move(next));
            }
        }

    private:
        rlimit before_{};
    };

    const std::shared_ptr<Tally> tally_ = std::make_shared<Tally>();
    const std::shared_ptr<EchoSource> source_ = std::make_shared<EchoSource>(tally_);
};

CPPUNIT_TEST_SUITE_REGISTRATION(ThreadEngineTest);

}  // namespace
}  // namespace berth::test
