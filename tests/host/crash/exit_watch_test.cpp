// tests/host/crash/exit_watch_test.cpp - who calls exit() is told, whatever was registered before.
#include "host/crash/exit_watch.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <functional>
#include <string>

#include "host/base/unique_fd.h"
#include "host/log/last_words.h"
#include "support/check.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

using host::crash::ExitWatch;

// How a child ended that did this, and what it said on standard error.
struct Ending {
    int status = -1;
    std::string said;
};

Ending endingOf(const std::function<void()>& body) {
    std::array<int, 2> ends{};
    CPPUNIT_ASSERT_EQUAL(0, ::pipe2(ends.data(), O_CLOEXEC));
    const host::UniqueFd reader(ends[0]);
    host::UniqueFd writer(ends[1]);
    const auto child = ::fork();
    if (child == 0) {
        ::dup2(writer.value(), STDERR_FILENO);
        host::last_words::directTo({});
        body();
        ::_exit(0);
    }
    writer.reset();
    Ending ending;
    std::array<char, 256> text{};
    for (ssize_t count = 0; (count = ::read(reader.value(), text.data(), text.size())) > 0;) {
        ending.said.append(text.data(), static_cast<std::size_t>(count));
    }
    int status = 0;
    CPPUNIT_ASSERT_EQUAL(child, ::waitpid(child, &status, 0));
    ending.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ending;
}

// As a library that was loaded would.
void registerAtExit() {
    std::atexit([] { ::_exit(1); });
}

class ExitWatchTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExitWatchTest);
    CPPUNIT_TEST(tellsTheStatus);
    CPPUNIT_TEST(goesBeforeWhatWasRegisteredLater);
    CPPUNIT_TEST(isNothingWithoutAWatch);
    CPPUNIT_TEST(doesNotGrowWithEachLibrary);
    CPPUNIT_TEST_SUITE_END();

    static void expectTold(const Ending& ending, const std::string& text) {
        CPPUNIT_ASSERT_EQUAL(host::crash::kEndedByPlugin, ending.status);
        CHECK(contains(ending.said, text));
    }

    void tellsTheStatus() {
        expectTold(endingOf([] {
                       const ExitWatch watch;
                       std::exit(5);
                   }),
                   "ended by exit(5): called");
    }

    void goesBeforeWhatWasRegisteredLater() {
        for (const int libraries : {1, 3, 100}) {
            expectTold(endingOf([libraries] {
                           const ExitWatch watch;
                           for (int i = 0; i < libraries; ++i) {
                               registerAtExit();
                               ExitWatch::goFirst();
                           }
                           std::exit(0);
                       }),
                       "ended by exit(0): called");
        }
    }

    void isNothingWithoutAWatch() {
        const auto ending = endingOf([] {
            { const ExitWatch over; }
            ExitWatch::goFirst();
            ::_exit(7);
        });
        CPPUNIT_ASSERT_EQUAL(7, ending.status);
        CPPUNIT_ASSERT_EQUAL(std::string(), ending.said);
    }

    // A host that loads again and again keeps nothing of it.
    void doesNotGrowWithEachLibrary() {
        if (kSanitized) return;  // its allocator counts nothing
        const auto ending = endingOf([] {
            const ExitWatch watch;
            const auto before = ::mallinfo2().uordblks;
            for (int i = 0; i < 10'000; ++i) ExitWatch::goFirst();
            ::_exit(::mallinfo2().uordblks - before < 4096 ? 0 : 1);
        });
        CPPUNIT_ASSERT_EQUAL(0, ending.status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExitWatchTest);

}  // namespace
}  // namespace berth::test
