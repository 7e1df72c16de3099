// tests/host/process/application_test.cpp - what the process says and does before it serves.
#include "host/process/application.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "berth/version.h"
#include "host/base/own_descriptors.h"
#include "host/base/unique_fd.h"
#include "support/check.h"
#include "support/read_all.h"
#include "support/sanitized.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::Application;
using host::UniqueFd;

struct Ending {
    int code = -1;  // -1: it did not end by itself
    std::string output;
};

class ApplicationTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApplicationTest);
    CPPUNIT_TEST(refusesACommandLineInOneLine);
    CPPUNIT_TEST(tellsItsVersion);
    CPPUNIT_TEST(helpsWithEveryOption);
    CPPUNIT_TEST(checksTheFileThatIsNamed);
    CPPUNIT_TEST_SUITE_END();

public:
    void refusesACommandLineInOneLine() {
        for (const std::string argument : {"--nonsense", "surplus", "--umask=9", "--umask=1000"}) {
            const auto ending = started({argument});
            CHECK(ending.code == Application::EXIT_USAGE);
            CHECK(startsWith(ending.output, "berthd: "));
            CHECK(endsWith(ending.output, "; see berthd --help\n"));
            CHECK(std::ranges::count(ending.output, '\n') == 1);
        }
    }

    void tellsItsVersion() {
        const auto ending = started({"--version"});
        CHECK(ending.code == Application::EXIT_OK);
        CHECK(ending.output == "berthd " BERTH_SDK_VERSION "\n");
    }

    void helpsWithEveryOption() {
        const auto ending = started({"--help"});
        CHECK(ending.code == Application::EXIT_OK);
        for (const auto* option : {"--daemon", "--umask=MASK", "--pidfile=FILE", "--config=FILE",
                                   "--check", "--json", "--reference", "--help", "--version"}) {
            CHECK(contains(ending.output, option));
        }
    }

    void checksTheFileThatIsNamed() {
        if (kThreadSanitized) return;  // it allows no thread in a child of fork()
        folder_.write("own.ini", "[host]\nnonsense = 1\n");
        const auto ending = started({"--check", "--config=own.ini"});
        CHECK(ending.code == Application::EXIT_CONFIG);
        CHECK(contains(ending.output, "own.ini:2:1: error: unknown key \"nonsense\""));
    }

private:
    // In a process of its own: there is one Application in each, which takes its signals.
    [[nodiscard]] Ending started(const std::vector<std::string>& arguments) const {
        std::array<int, 2> ends{};
        CPPUNIT_ASSERT_EQUAL(0, ::pipe2(ends.data(), O_CLOEXEC));
        const UniqueFd reader(ends[0]);
        UniqueFd writer(ends[1]);
        host::own_descriptors::remove(writer.value());  // the child keeps it
        std::cout.flush();
        const auto child = ::fork();
        CHECK(child >= 0);
        if (child == 0) ::_exit(run(writer.value(), arguments));
        writer.reset();
        Ending ending{.output = readAll(reader.value())};
        int status = 0;
        CPPUNIT_ASSERT_EQUAL(child, ::waitpid(child, &status, 0));
        if (WIFEXITED(status)) ending.code = WEXITSTATUS(status);
        return ending;
    }

    [[nodiscard]] int run(int output, const std::vector<std::string>& arguments) const noexcept {
        constexpr int kNotStarted = 99;
        for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
            if (::dup2(output, descriptor) < 0) return kNotStarted;
        }
        if (::chdir(folder_.path().c_str()) != 0) return kNotStarted;
        try {
            Application application({"/usr/sbin/berthd", arguments, folder_.path()});
            const auto code = application.start();
            std::cout.flush();
            return code;
        } catch (const std::exception& error) {
            std::cerr << error.what() << '\n';
            return kNotStarted;
        }
    }

    const TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApplicationTest);

}  // namespace
}  // namespace berth::test
