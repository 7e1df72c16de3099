// tests/host/missing_threads_test.cpp - a change of a host for which some thread cannot be started:
// all of it happens, or nothing.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>

#include "berth/detail/sanitizers.h"
#include "host/host.h"
#include "host/log/log_system.h"
#include "support/check.h"
#include "support/memory_log_sink.h"
#include "support/tcp_client.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

constexpr int kAll = -1;

// How many threads can still be started in this process.
std::atomic<int>& threadsLeft() {
    static std::atomic<int> left{kAll};
    return left;
}

bool mayStart() {
    auto left = threadsLeft().load();
    while (left != kAll && left != 0 && !threadsLeft().compare_exchange_weak(left, left - 1)) {
    }
    return left != 0;
}

}  // namespace
}  // namespace berth::test

#if defined(__SANITIZE_ADDRESS__) && defined(__clang__)
// Of the sanitizer, which Clang links into the program: there it comes before this one, not next.
extern "C" int __interceptor_pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                                            void* (*start)(void*), void* argument);
#endif

// In place of the C library's, for this program and the libraries that it uses: as at RLIMIT_NPROC.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) {
    using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
#if defined(__SANITIZE_ADDRESS__) && defined(__clang__)
    static const Create create = __interceptor_pthread_create;
#else
    static const auto create = reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"));
#endif
    return berth::test::mayStart() ? create(thread, attributes, start, argument) : EAGAIN;
}

namespace berth::test {
namespace {

using host::ChangeResult;
using host::Host;

class MissingThreadsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MissingThreadsTest);
    CPPUNIT_TEST(startsAllServicesOrNone);
    CPPUNIT_TEST(changesAllOfAServiceOrNothing);
    CPPUNIT_TEST(startsAServiceOrLeavesItStopped);
    CPPUNIT_TEST_SUITE_END();

    const std::string echo_ = "[service:echo]\nlisten = 0\nprobation = 5 connections\n";

    [[nodiscard]] host::HostConfig config(const std::string& services) const {
        const std::string build = BERTH_TEST_BINARY_DIR;
        folder_.write("berth.ini", "[host]\nplugins = " + build + "/plugins, " + build +
                                       "/tests/fixtures\nstate = state\n" + services);
        auto read = host::loadHostConfig(folder_ / "berth.ini");
        CPPUNIT_ASSERT(read.good());
        return std::move(read.config);
    }

    void start() {
        const auto wanted = config(echo_);
        logs_.emplace(wanted.host, std::make_unique<MemoryLogSink>(memory_));
        host_ = std::make_unique<Host>(wanted, *logs_);
        CPPUNIT_ASSERT(host_->apply(wanted).ok());
    }

    [[nodiscard]] std::uint16_t port(const std::string& service) const {
        const auto address = host_->inventory().service(service).value().addresses.at(0);
        return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    }

    static std::string exchange(TcpClient& client, std::string_view text) {
        client.send(text);
        return client.receiveExactly(text.size());
    }

    // Tries the change with one thread more each time, until it succeeds; after each failure
    // everything has to be as it was.
    template <class Change, class Untouched>
    static void untilItSucceeds(Change change, Untouched untouched) {
        int failures = 0;
        for (int threads = 0; threads < 100; ++threads) {
            threadsLeft() = threads;
            const ChangeResult result = change();
            threadsLeft() = kAll;
            if (result.ok()) {
                CHECK(failures > 0);
                return;
            }
            ++failures;
            untouched();
        }
        CPPUNIT_FAIL("it fails though threads can be started");
    }

    void expectUntouched(TcpClient& client) const {
        CPPUNIT_ASSERT_EQUAL(std::string("a"), exchange(client, "a"));
        TcpClient another(port("echo"));
        CPPUNIT_ASSERT_EQUAL(std::string("b"), exchange(another, "b"));  // and no greeting
        CHECK(host_->inventory().serviceNames() == std::vector<std::string>{"echo"});
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, host_->inventory().status().generation);
    }

    void startsAllServicesOrNone() {
        for (const std::string engine : {"threads", "fibers"}) {
            start();
            TcpClient client(port("echo"));
            CPPUNIT_ASSERT_EQUAL(std::string("a"), exchange(client, "a"));
            const auto more = "engine = " + engine + "\nlisten = 0, 0\n";
            const auto wanted = config(echo_ + "[service:uppercase]\n" + more +
                                       "[service:shout]\nplugin = uppercase\n" + more);
            untilItSucceeds([&] { return host_->apply(wanted); }, [&] { expectUntouched(client); });
            for (const auto* service : {"uppercase", "shout"}) {
                TcpClient loud(port(service));
                CPPUNIT_ASSERT_EQUAL(std::string("X"), exchange(loud, "x"));
            }
            host_.reset();
        }
    }

    void changesAllOfAServiceOrNothing() {
        start();
        TcpClient client(port("echo"));
        CPPUNIT_ASSERT_EQUAL(std::string("a"), exchange(client, "a"));
        const auto wanted = config("[service:echo]\nlisten = 0, 0\nthreads = 7\ngreeting = hi\n");
        untilItSucceeds([&] { return host_->apply(wanted); }, [&] { expectUntouched(client); });
        CPPUNIT_ASSERT_EQUAL(std::string("hi"), TcpClient(port("echo")).receiveExactly(2));
        CPPUNIT_ASSERT_EQUAL(std::string("a"), exchange(client, "a"));
    }

    void startsAServiceOrLeavesItStopped() {
        start();
        CPPUNIT_ASSERT(host_->services().stop("echo").ok());
        untilItSucceeds(
            [&] { return host_->services().start("echo"); },
            [&] {
                CHECK(host_->inventory().service("echo")->state == host::ServiceState::Stopped);
            });
        TcpClient client(port("echo"));
        CPPUNIT_ASSERT_EQUAL(std::string("a"), exchange(client, "a"));
    }

    const TemporaryFolder folder_;
    const std::shared_ptr<LogMemory> memory_ = std::make_shared<LogMemory>();
    std::optional<host::LogSystem> logs_;
    std::unique_ptr<Host> host_;  // goes before its log
};

CPPUNIT_TEST_SUITE_REGISTRATION(MissingThreadsTest);

}  // namespace
}  // namespace berth::test
