// tests/host/plugin/first_load_test.cpp - what a child process says of a plugin before it is
// opened.
#include "host/plugin/first_load.h"

#include <cppunit/extensions/HelperMacros.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "host/plugin/staging_folder.h"
#include "plugin_test_support.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::FirstLoad;
using std::chrono::seconds;

constexpr seconds kAmple{30};

// As some containers have it, in this process and its children.
void forbidPidfdOpen() {
    constexpr auto kNumber = static_cast<std::uint32_t>(offsetof(seccomp_data, nr));
    std::array<sock_filter, 4> rules{
        sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, kNumber},
        sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_pidfd_open},
        sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
        sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
    };
    const sock_fprog program{static_cast<unsigned short>(rules.size()), rules.data()};
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

// In the place of berthd stands a script: `(` says that it begins, `)` that it came back.
class FirstLoadTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FirstLoadTest);
    CPPUNIT_TEST(triesEachContentOnce);
    CPPUNIT_TEST(triesAgainWhatDidNotComeBack);
    CPPUNIT_TEST(blamesInitialisersForAnExit);
    CPPUNIT_TEST(blamesInitialisersForACrash);
    CPPUNIT_TEST(blamesNobodyWhenItDidNotBegin);
    CPPUNIT_TEST(saysThatNoProcessCanBeStarted);
    CPPUNIT_TEST(givesUpAtTheLimit);
    CPPUNIT_TEST(needsNoPidfdOpen);
    CPPUNIT_TEST(triesNothingWithoutAProgram);
    CPPUNIT_TEST_SUITE_END();

public:
    void triesEachContentOnce() {
        FirstLoad load(program("printf '()' >&3"), kAmple);
        require(load, "one");
        require(load, "one");
        CPPUNIT_ASSERT_EQUAL(std::string("."), readFile(folder_ / "tries"));
        require(load, "another");
        CPPUNIT_ASSERT_EQUAL(std::string(".."), readFile(folder_ / "tries"));
    }

    void triesAgainWhatDidNotComeBack() {
        FirstLoad load(program("printf '(' >&3; test $(wc -c < tries) = 2 && printf ')' >&3"),
                       kAmple);
        CPPUNIT_ASSERT(!errorOf(load).empty());
        require(load, "one");
    }

    void blamesInitialisersForAnExit() {
        CPPUNIT_ASSERT_EQUAL(std::string("called exit(3) while it was opened, in a process that "
                                         "was started to try: its static initialisers are at "
                                         "fault"),
                             errorOfScript("printf '(' >&3; exit 3"));
    }
    void blamesInitialisersForACrash() {
        CPPUNIT_ASSERT_EQUAL(std::string("crashed with SIGSEGV while it was opened, in a process "
                                         "that was started to try: its static initialisers are at "
                                         "fault"),
                             errorOfScript("printf '(' >&3; kill -SEGV $$"));
    }
    void blamesNobodyWhenItDidNotBegin() {
        CPPUNIT_ASSERT_EQUAL(std::string("called exit(127) in a process that was started to try, "
                                         "before it was opened: see what that printed"),
                             errorOfScript("exit 127"));
    }
    void saysThatNoProcessCanBeStarted() {
        FirstLoad load(folder_ / "missing", kAmple);
        CPPUNIT_ASSERT_EQUAL(
            std::string("no process can be started to open plugins in: No such file or directory"),
            errorOf(load));
    }
    void givesUpAtTheLimit() {
        FirstLoad load(program("printf '(' >&3; exec sleep 60"), std::chrono::milliseconds(100));
        const auto error = errorOf(load);
        CHECK(contains(error, "did not come back within 100ms"));
    }
    void needsNoPidfdOpen() {
        const auto child = ::fork();
        if (child == 0) {
            forbidPidfdOpen();
            FirstLoad load(program("printf '(' >&3; sleep 0.1; printf ')' >&3"), kAmple);
            try {
                require(load, "one");
                ::_exit(0);
            } catch (const host::PluginError&) {
                ::_exit(1);
            }
        }
        int status = -1;
        ::waitpid(child, &status, 0);
        CPPUNIT_ASSERT_EQUAL(0, status);
    }
    void triesNothingWithoutAProgram() {
        FirstLoad load({}, kAmple);
        require(load, "one");
    }

private:
    [[nodiscard]] std::filesystem::path program(const std::string& script) const {
        auto file = folder_.write("program", "#!/bin/sh\ncd " + folder_.path().string() +
                                                 "\nprintf . >> tries\n" + script + "\n");
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        return file;
    }

    void require(FirstLoad& load, const std::string& content) const {
        const auto source = folder_.write("plugin.so", content);
        const auto staged = host::StagingFolder(folder_ / "staging").stage(source);
        load.require(staged, source);
    }

    [[nodiscard]] std::string errorOf(FirstLoad& load) const {
        const auto error = pluginError([&] { require(load, "one"); });
        const auto source = (folder_ / "plugin.so").string() + ": ";
        return error.starts_with(source) ? error.substr(source.size()) : error;
    }
    [[nodiscard]] std::string errorOfScript(const std::string& script) const {
        FirstLoad load(program(script), kAmple);
        return errorOf(load);
    }

    const TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FirstLoadTest);

}  // namespace
}  // namespace berth::test
