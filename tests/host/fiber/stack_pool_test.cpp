// tests/host/fiber/stack_pool_test.cpp - guarded stacks, used again and given back.
#include "host/fiber/stack_pool.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <functional>
#include <system_error>
#include <vector>

#include "support/check.h"
#include "support/sanitized.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

constexpr int kAll = -1;

// How many guards can still be made in this process.
std::atomic<int>& guardsLeft() {
    static std::atomic<int> left{kAll};
    return left;
}

[[maybe_unused]] bool mayGuard() {
    auto left = guardsLeft().load();
    while (left != kAll && left != 0 && !guardsLeft().compare_exchange_weak(left, left - 1)) {
    }
    return left != 0;
}

}  // namespace
}  // namespace berth::test

// In place of the C library's, for this program: as where a process may have no more mappings
// (vm.max_map_count), on a kernel that makes a guard of one.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
extern "C" int madvise(void* begin, size_t size, int advice) noexcept {
    constexpr int kGuardInstall = 102;
    if (advice == kGuardInstall && berth::test::guardsLeft() != berth::test::kAll) {
        errno = EINVAL;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_madvise, begin, size, advice));
}

extern "C" int mprotect(void* begin, size_t size, int protection) noexcept {
    if (protection == PROT_NONE && !berth::test::mayGuard()) {
        errno = ENOMEM;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_mprotect, begin, size, protection));
}
#endif

namespace berth::test {
namespace {

using host::Stack;
using host::StackPool;
using Clock = StackPool::Clock;

constexpr std::size_t kPage = 4096;
constexpr std::size_t kSize = std::size_t{64} * 1024;

// Whether a child process survives the work; its fault is the kernel's plain SIGSEGV.
bool survives(const std::function<void()>& work) {
    const auto child = ::fork();
    if (child == 0) {
        std::signal(SIGSEGV, SIG_DFL);
        work();
        ::_exit(0);
    }
    int status = 0;
    CPPUNIT_ASSERT_EQUAL(child, ::waitpid(child, &status, 0));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void touch(std::byte* byte) {
    *const_cast<volatile std::byte*>(byte) = std::byte{1};
}

// How many pages of the stack are in memory.
std::size_t resident(const Stack& stack) {
    std::vector<unsigned char> pages(stack.size / kPage);
    CPPUNIT_ASSERT_EQUAL(0, ::mincore(stack.base, stack.size, pages.data()));
    return static_cast<std::size_t>(
        std::ranges::count_if(pages, [](unsigned char page) { return (page & 1) != 0; }));
}

class StackPoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StackPoolTest);
    CPPUNIT_TEST(givesWholePagesAndNotTooFew);
    CPPUNIT_TEST(letsEveryByteOfAStackBeUsed);
    CPPUNIT_TEST(faultsInEveryPageOfAGuard);
    CPPUNIT_TEST(guardsEachOfManyStacks);
    CPPUNIT_TEST(knowsItsGuard);
    CPPUNIT_TEST(takesTheWarmestFirst);
    CPPUNIT_TEST(givesTheMemoryOfUnusedStacksBack);
    CPPUNIT_TEST(keepsTheMemoryOfThoseUsedOfLate);
    CPPUNIT_TEST(countsAStackAsWarmAgain);
    CPPUNIT_TEST(givesAsManyStacksAsHaveGuards);
    CPPUNIT_TEST(keepsNothingThatHasNoGuard);
    CPPUNIT_TEST_SUITE_END();

    void givesWholePagesAndNotTooFew() {
        CPPUNIT_ASSERT_EQUAL(4 * kPage, StackPool(1).take().size);
        CPPUNIT_ASSERT_EQUAL(17 * kPage, StackPool(kSize + 1).take().size);
    }

    void letsEveryByteOfAStackBeUsed() {
        StackPool pool(kSize);
        const auto stack = pool.take();
        std::memset(stack.base, 0x5a, stack.size);
        CHECK(stack.top() <= stack.base + stack.size);
        CHECK(stack.top() > stack.base + stack.size - kPage);
    }

    void faultsInEveryPageOfAGuard() {
        StackPool pool(kSize);
        const auto stack = pool.take();
        CPPUNIT_ASSERT(survives([&] { touch(stack.base); }));
        for (std::size_t depth = 1; depth <= stack.guard; depth += kPage) {
            CPPUNIT_ASSERT(!survives([&] { touch(stack.base - depth); }));
        }
        CPPUNIT_ASSERT(!survives([&] { touch(stack.base - stack.guard); }));
    }

    void guardsEachOfManyStacks() {
        StackPool pool(kSize);
        std::vector<Stack> stacks;
        for (int i = 0; i < 1000; ++i) stacks.push_back(pool.take());
        std::ranges::sort(stacks, {}, &Stack::base);
        for (std::size_t i = 0; i < stacks.size(); ++i) {
            touch(stacks[i].base);
            touch(stacks[i].top() - 1);
            if (i == 0) continue;
            CHECK(stacks[i - 1].base + stacks[i - 1].size <= stacks[i].base - stacks[i].guard);
        }
        for (std::size_t i = 0; i < stacks.size(); i += 97) {
            CPPUNIT_ASSERT(!survives([&] { touch(stacks[i].base - 1); }));
        }
    }

    void knowsItsGuard() {
        StackPool pool(kSize);
        const auto stack = pool.take();
        CPPUNIT_ASSERT(stack.guards(stack.base - 1));
        CPPUNIT_ASSERT(stack.guards(stack.base - stack.guard));
        CPPUNIT_ASSERT(!stack.guards(stack.base));
        CPPUNIT_ASSERT(!stack.guards(stack.base - stack.guard - 1));
    }

    void takesTheWarmestFirst() {
        StackPool pool(kSize);
        const auto first = pool.take();
        const auto second = pool.take();
        pool.give(first, Clock::now());
        pool.give(second, Clock::now());
        CHECK(second.base == pool.take().base);
        CHECK(first.base == pool.take().base);
    }

    void givesTheMemoryOfUnusedStacksBack() {
        StackPool pool(kSize);
        std::vector<Stack> stacks;
        for (int i = 0; i < 10; ++i) stacks.push_back(pool.take());
        const auto now = Clock::now();
        for (const auto& stack : stacks) {
            std::memset(stack.base, 1, stack.size);
            CPPUNIT_ASSERT_EQUAL(stack.size / kPage, resident(stack));
            pool.give(stack, now);
        }
        CPPUNIT_ASSERT(pool.hasWarm());
        pool.trim(now + std::chrono::seconds(1));
        for (const auto& stack : stacks) CPPUNIT_ASSERT_EQUAL(std::size_t{0}, resident(stack));
        CPPUNIT_ASSERT(!pool.hasWarm());
        CPPUNIT_ASSERT(!survives([&] { touch(stacks.front().base - 1); }));
    }

    void keepsTheMemoryOfThoseUsedOfLate() {
        StackPool pool(kSize);
        const auto old = pool.take();
        const auto late = pool.take();
        const auto now = Clock::now();
        for (const auto& stack : {old, late}) std::memset(stack.base, 1, stack.size);
        pool.give(old, now);
        pool.give(late, now + std::chrono::seconds(10));
        pool.trim(now + std::chrono::seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, resident(old));
        CPPUNIT_ASSERT_EQUAL(late.size / kPage, resident(late));
        CPPUNIT_ASSERT(pool.hasWarm());
    }

    void countsAStackAsWarmAgain() {
        StackPool pool(kSize);
        const auto now = Clock::now();
        pool.give(pool.take(), now);
        pool.trim(now + std::chrono::seconds(1));
        const auto again = pool.take();
        std::memset(again.base, 1, again.size);
        pool.give(again, now + std::chrono::seconds(2));
        CPPUNIT_ASSERT(pool.hasWarm());
        pool.trim(now + std::chrono::seconds(3));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, resident(again));
    }

    void givesAsManyStacksAsHaveGuards() {
        if (kSanitized) return;  // whose own mprotect cannot be stood in for
        StackPool pool(kSize);
        std::vector<Stack> stacks;
        {
            const FewGuards limit(10);
            for (int i = 0; i < 10; ++i) stacks.push_back(pool.take());
            CPPUNIT_ASSERT_THROW(static_cast<void>(pool.take()), std::system_error);
        }
        for (int i = 0; i < 100; ++i) stacks.push_back(pool.take());
        for (const auto& stack : stacks) {
            std::memset(stack.base, 1, stack.size);
            CPPUNIT_ASSERT(!survives([&] { touch(stack.base - 1); }));
        }
    }

    // Whoever waits for a stack tries again and again.
    void keepsNothingThatHasNoGuard() {
        if (kSanitized) return;
        StackPool pool(kSize);
        const auto before = mappings();
        {
            const FewGuards limit(0);
            for (int i = 0; i < 100; ++i) {
                CPPUNIT_ASSERT_THROW(static_cast<void>(pool.take()), std::system_error);
            }
        }
        CHECK(mappings() <= before + 2);  // and what the exceptions needed
        touch(pool.take().base);
    }

    class FewGuards {
    public:
        explicit FewGuards(int count) { guardsLeft() = count; }
        FewGuards(const FewGuards&) = delete;
        FewGuards& operator=(const FewGuards&) = delete;
        ~FewGuards() { guardsLeft() = kAll; }
    };

    static std::size_t mappings() {
        const auto maps = readFile("/proc/self/maps");
        return static_cast<std::size_t>(std::ranges::count(maps, '\n'));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StackPoolTest);

}  // namespace
}  // namespace berth::test
