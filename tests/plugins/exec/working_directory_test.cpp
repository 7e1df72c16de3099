// tests/plugins/exec/working_directory_test.cpp - no path leads out of the directory.
#include <cppunit/extensions/HelperMacros.h>

#include <fstream>

#include "exec_fixture.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;

class WorkingDirectoryTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WorkingDirectoryTest);
    CPPUNIT_TEST(cdCannotLeaveTheDirectory);
    CPPUNIT_TEST(cdFollowsLinksThatStayInside);
    CPPUNIT_TEST(pathsCannotLeaveTheDirectory);
    CPPUNIT_TEST(pathsMeanTheSameForClientAndProgram);
    CPPUNIT_TEST(aMissingFileCanBeNamed);
    CPPUNIT_TEST(aLinkCreatedLaterDoesNotHelp);
    CPPUNIT_TEST(aDirectoryThatIsGoneIsAnError);
    CPPUNIT_TEST(eachClientHasItsOwn);
    CPPUNIT_TEST_SUITE_END();

    static Values settings() {
        return {{"command.cat", "/usr/bin/cat {file:path}"},
                {"command.touch", "/usr/bin/touch {file:path}"},
                {"command.show", EXEC_PROBE " args {file:path}"}};
    }

    // root/{in/deep, file}, a secret outside, and links of every kind.
    static void fill(const fs::path& root) {
        fs::create_directories(root / "in/deep");
        fs::create_directory(root.parent_path() / "outside");
        std::ofstream(root / "file") << "text\n";
        std::ofstream(root.parent_path() / "outside/secret") << "secret\n";
        fs::create_symlink("in/deep", root / "inside-link");
        fs::create_symlink("../outside", root / "outside-link");
        fs::create_symlink("/etc", root / "absolute-link");
        fs::create_symlink(root / "in", root / "absolute-inside-link");
        fs::create_symlink("../outside/new", root / "dangling-link");
        fs::create_symlink("loop", root / "loop");
    }

public:
    void cdCannotLeaveTheDirectory() {
        ExecFixture exec(settings());
        fill(exec.root());
        for (const std::string path :
             {"..", "../", "in/../..", "in/deep/../../..", "../root", "outside-link", "/..",
              "outside-link/..", "absolute-link", "/proc/self/cwd", "//../etc", "loop", "/etc",
              "in/../../outside"}) {
            const auto replies = exec.ask({"cd " + path, "pwd"});
            CPPUNIT_ASSERT_MESSAGE(path, replies[0].closing.starts_with("error forbidden") ||
                                             replies[0].closing.starts_with("error not-found"));
            CPPUNIT_ASSERT_EQUAL(std::string("/\n"), replies[1].out);
        }
    }

    void cdFollowsLinksThatStayInside() {
        ExecFixture exec(settings());
        fill(exec.root());
        const auto replies = exec.ask({"cd inside-link", "pwd", "cd ..", "pwd", "cd /in/./deep//",
                                       "pwd", "cd ../../in", "pwd", "cd file", "probe directory"});
        CPPUNIT_ASSERT_EQUAL(std::string("/in/deep\n"), replies[1].out);
        CPPUNIT_ASSERT_EQUAL(std::string("/in\n"), replies[3].out);
        CPPUNIT_ASSERT_EQUAL(std::string("/in/deep\n"), replies[5].out);
        CPPUNIT_ASSERT_EQUAL(std::string("/in\n"), replies[7].out);
        CPPUNIT_ASSERT(replies[8].closing.starts_with("error not-found"));
        CPPUNIT_ASSERT_EQUAL((exec.root() / "in").string() + '\n', replies[9].out);
    }

    void pathsCannotLeaveTheDirectory() {
        ExecFixture exec(settings());
        fill(exec.root());
        for (const std::string path :
             {"../outside/secret", "in/../../outside/secret", "outside-link/secret",
              "absolute-link/passwd", "/etc/passwd", "../../../../etc/passwd", "loop",
              "dangling-link", "/proc/self/environ", "in/../.."}) {
            const auto reply = exec.askOne("cat " + path);
            CPPUNIT_ASSERT_MESSAGE(path + ": " + reply.closing,
                                   reply.closing.starts_with("error forbidden") ||
                                       reply.closing.starts_with("error not-found"));
        }
        CPPUNIT_ASSERT(exec.askOne("touch dangling-link").closing.starts_with("error forbidden"));
        CPPUNIT_ASSERT(!fs::exists(exec.root().parent_path() / "outside/new"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, exec.counter("commands_run"));
    }

    void pathsMeanTheSameForClientAndProgram() {
        ExecFixture exec(settings());
        fill(exec.root());
        const auto replies = exec.ask({"cat file", "cat /file", "cat ./in/../file", "cd in/deep",
                                       "cat ../../file", "cat /file", "show /", "cat //file"});
        for (const auto index : {0U, 1U, 2U, 4U, 5U, 7U}) {
            CPPUNIT_ASSERT_EQUAL(std::string("text\n"), replies[index].out);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("[../..]\n"), replies[6].out);
    }

    void aMissingFileCanBeNamed() {
        ExecFixture exec(settings());
        fill(exec.root());
        const auto replies = exec.ask(
            {"cd in", "touch new", "touch ../newer", "touch /deep/x", "touch missing/new"});
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), replies[1].closing);
        CPPUNIT_ASSERT(fs::exists(exec.root() / "in/new"));
        CPPUNIT_ASSERT(fs::exists(exec.root() / "newer"));
        CPPUNIT_ASSERT(replies[3].closing.starts_with("error not-found"));
        CPPUNIT_ASSERT(replies[4].closing.starts_with("error not-found"));
    }

    void aLinkCreatedLaterDoesNotHelp() {
        ExecFixture exec(settings());
        fill(exec.root());
        LiveClient client(exec);
        client.send("cd in/deep\n");
        client.waitFor("exit 0");
        fs::remove(exec.root() / "in/deep");
        fs::create_symlink("../../outside", exec.root() / "in/deep");
        client.send("probe directory\ncd .\nexit\n");
        CPPUNIT_ASSERT(client.waitForEnd());
        const auto replies = parseFrames(client.received());
        CPPUNIT_ASSERT_EQUAL(
            std::string("error not-found the working directory /in/deep is gone; cd /"),
            replies[1].closing);
        CPPUNIT_ASSERT(replies[2].closing.starts_with("error forbidden"));
    }

    void aDirectoryThatIsGoneIsAnError() {
        ExecFixture exec(Values{{"command.remove", "/usr/bin/rmdir {path:path}"}});
        fs::create_directory(exec.root() / "here");
        const auto replies =
            exec.ask({"cd here", "remove /here", "probe directory", "cd /", "probe directory"});
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), replies[1].closing);
        CPPUNIT_ASSERT(replies[2].closing.starts_with("error not-found the working directory"));
        CPPUNIT_ASSERT_EQUAL(exec.root().string() + '\n', replies[4].out);
    }

    void eachClientHasItsOwn() {
        ExecFixture exec(settings());
        fill(exec.root());
        static_cast<void>(exec.ask({"cd in"}));
        CPPUNIT_ASSERT_EQUAL(std::string("/\n"), exec.askOne("pwd").out);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WorkingDirectoryTest);

}  // namespace
}  // namespace berth::test
