// tests/plugins/exec/working_directory_test.cpp - no path leads out of the directory.
#include <cppunit/extensions/HelperMacros.h>

#include <fstream>

#include "exec_fixture.h"
#include "support/check.h"

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
    CPPUNIT_TEST(aLinkInItsPlaceIsNotEntered);
    CPPUNIT_TEST(aDirectoryThatIsMovedIsFollowed);
    CPPUNIT_TEST(aDirectoryThatIsMovedAwayIsAnError);
    CPPUNIT_TEST(aDirectoryThatIsGoneIsAnError);
    CPPUNIT_TEST(pathsElsewhereAreHandedOverAsDescriptors);
    CPPUNIT_TEST(existingFilesAreOpenedForTheProgram);
    CPPUNIT_TEST(whatTheHostKeepsThereIsOutOfReach);
    CPPUNIT_TEST(aNameWithALineBreakForgesNothing);
    CPPUNIT_TEST(tellsThatDescriptorsRanOut);
    CPPUNIT_TEST(aDirectoryThatIsMadeAnewIsUsed);
    CPPUNIT_TEST(aServiceWithoutItsDirectorySaysSo);
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
        fs::create_symlink("in/none", root / "broken-link");
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
        CHECK(startsWith(replies[8].closing, "error not-found"));
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
        for (const std::string link : {"dangling-link", "dangling-link/", "broken-link",
                                       "broken-link/", "./broken-link//"}) {
            const auto reply = exec.askOne("touch " + link);
            CPPUNIT_ASSERT_MESSAGE(link, reply.closing.starts_with("error forbidden"));
        }
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
        CPPUNIT_ASSERT_EQUAL(std::string("[/proc/self/fd/3/.]\n"), replies[6].out);
    }

    void aMissingFileCanBeNamed() {
        ExecFixture exec(settings());
        fill(exec.root());
        const auto replies = exec.ask(
            {"cd in", "touch new", "touch ../newer", "touch /deep/x", "touch missing/new"});
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), replies[1].closing);
        CPPUNIT_ASSERT(fs::exists(exec.root() / "in/new"));
        CPPUNIT_ASSERT(fs::exists(exec.root() / "newer"));
        CHECK(startsWith(replies[3].closing, "error not-found"));
        CHECK(startsWith(replies[4].closing, "error not-found"));
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
        CPPUNIT_ASSERT_EQUAL(std::string("error not-found the working directory is gone; cd /"),
                             replies[1].closing);
        CHECK(startsWith(replies[2].closing, "error not-found"));
    }

    // Two levels above the directory there is a file of the name that the client asks for.
    void aLinkInItsPlaceIsNotEntered() {
        ExecFixture exec(settings());
        fill(exec.root());
        fs::create_directories(exec.root() / "q/r/s");
        std::ofstream(exec.root().parent_path() / "secret.txt") << "secret\n";
        LiveClient client(exec);
        client.send("cd q/r/s\n");
        client.waitFor("exit 0");
        fs::rename(exec.root() / "q/r/s", exec.root() / "q/r/old");
        fs::create_symlink("../../in", exec.root() / "q/r/s");
        client.send("cat /secret.txt\ncat ../../../secret.txt\nprobe directory\npwd\nexit\n");
        CPPUNIT_ASSERT(client.waitForEnd());
        const auto replies = parseFrames(client.received());
        CPPUNIT_ASSERT_EQUAL(std::string(), replies[1].out + replies[2].out);
        CPPUNIT_ASSERT_EQUAL(std::string("exit 1"), replies[1].closing);
        CPPUNIT_ASSERT_EQUAL((exec.root() / "q/r/old\n").string(), replies[3].out);
        CPPUNIT_ASSERT_EQUAL(std::string("/q/r/old\n"), replies[4].out);
    }

    void aDirectoryThatIsMovedIsFollowed() {
        ExecFixture exec(settings());
        fill(exec.root());
        std::ofstream(exec.root() / "in/deep/mark") << "mark\n";
        LiveClient client(exec);
        client.send("cd in/deep\n");
        client.waitFor("exit 0");
        fs::rename(exec.root() / "in/deep", exec.root() / "moved");
        client.send("pwd\ncat mark\ncat ../file\ncat /file\ncd ..\npwd\nexit\n");
        CPPUNIT_ASSERT(client.waitForEnd());
        const auto replies = parseFrames(client.received());
        CPPUNIT_ASSERT_EQUAL(std::string("/moved\n"), replies[1].out);
        CPPUNIT_ASSERT_EQUAL(std::string("mark\n"), replies[2].out);
        CPPUNIT_ASSERT_EQUAL(std::string("text\n"), replies[3].out);
        CPPUNIT_ASSERT_EQUAL(std::string("text\n"), replies[4].out);
        CPPUNIT_ASSERT_EQUAL(std::string("/\n"), replies[6].out);
    }

    void aDirectoryThatIsMovedAwayIsAnError() {
        ExecFixture exec(settings());
        fill(exec.root());
        LiveClient client(exec);
        client.send("cd in/deep\n");
        client.waitFor("exit 0");
        fs::rename(exec.root() / "in/deep", exec.root().parent_path() / "outside/deep");
        client.send("cat ../secret\nprobe directory\ncd ..\npwd\ncat /file\ncd /\npwd\nexit\n");
        CPPUNIT_ASSERT(client.waitForEnd());
        const auto replies = parseFrames(client.received());
        for (const auto index : {1U, 2U, 3U, 4U, 5U}) {
            CPPUNIT_ASSERT_EQUAL(
                std::string("error forbidden the working directory was moved away; cd /"),
                replies[index].closing);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("/\n"), replies[7].out);
    }

    void pathsElsewhereAreHandedOverAsDescriptors() {
        ExecFixture exec(settings());
        fill(exec.root());
        std::ofstream(exec.root() / "in/a") << "a\n";
        const auto replies =
            exec.ask({"show file", "show in/a", "show in/new", "show ./in/", "show in/deep/..",
                      "show .", "cat in/a", "cat inside-link/../a"});
        const std::vector<std::string> expected{"[file]\n",
                                                "[/proc/self/fd/3/a]\n",
                                                "[/proc/self/fd/3/new]\n",
                                                "[in/]\n",
                                                "[/proc/self/fd/3/.]\n",
                                                "[.]\n",
                                                "a\n",
                                                "a\n"};
        for (std::size_t i = 0; i < expected.size(); ++i) {
            CPPUNIT_ASSERT_EQUAL(expected[i], replies[i].out);
        }
    }

    void existingFilesAreOpenedForTheProgram() {
        ExecFixture exec(Values{{"command.open", "/usr/bin/cat -- {files...:existing}"},
                                {"command.list", "/usr/bin/ls {folder:existing}"},
                                {"command.show", EXEC_PROBE " args {files...:existing}"},
                                {"command.fds", EXEC_PROBE " fds {file:existing}"}});
        fill(exec.root());
        std::ofstream(exec.root() / "in/a") << "a\n";
        const auto replies = exec.ask({"open file in/a", "list in", "show file in in/deep",
                                       "fds file", "open new", "open outside-link/secret"});
        CPPUNIT_ASSERT_EQUAL(std::string("text\na\n"), replies[0].out);
        CPPUNIT_ASSERT_EQUAL(std::string("a\ndeep\n"), replies[1].out);
        CPPUNIT_ASSERT_EQUAL(
            std::string("[/proc/self/fd/3]\n[/proc/self/fd/4/.]\n[/proc/self/fd/5/.]\n"),
            replies[2].out);
        CPPUNIT_ASSERT_EQUAL(std::string("0\n1\n2\n3\n"), replies[3].out);
        CHECK(startsWith(replies[4].closing, "error not-found"));
        CHECK(startsWith(replies[5].closing, "error forbidden"));
    }

    void whatTheHostKeepsThereIsOutOfReach() {
        ExecFixture exec(settings());
        fill(exec.root());
        fs::create_directories(exec.root() / "in/.berth-upload/parts");
        std::ofstream(exec.root() / "in/.berth-upload/parts/x") << "of another client\n";
        fs::create_symlink(".berth-upload/parts", exec.root() / "in/link");
        for (const auto* request :
             {"cat in/.berth-upload/parts/x", "cat in/link/x", "cat in/.berth-upload/../a",
              "cd in/.berth-upload", "cd in/link", "touch in/.berth-upload/y", "touch .berth-new",
              "show in/.berth-upload", "show in/.berth-upload/parts/"}) {
            const auto closing = exec.askOne(request).closing;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                request,
                std::string("error forbidden names that begin with .berth- are the "
                            "host's own"),
                closing);
        }
    }

    void aNameWithALineBreakForgesNothing() {
        ExecFixture exec(settings());
        fs::create_directory(exec.root() / "a\nexit 0 1\n\x1b[2J\xc2\x9b");
        LiveClient client(exec);
        fs::create_symlink("a\nexit 0 1\n\x1b[2J\xc2\x9b", exec.root() / "a");
        client.send("cd a\npwd\nexit\n");
        CPPUNIT_ASSERT(client.waitForEnd());
        const auto replies = parseFrames(client.received());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, replies.size());
        CPPUNIT_ASSERT_EQUAL(std::string("/a\\x0aexit 0 1\\x0a\\x1b[2J\xc2\\x9b\n"),
                             replies[1].out);
    }

    // What is short is told, and nothing is said to be missing.
    void tellsThatDescriptorsRanOut() {
        ExecFixture exec(settings());
        fill(exec.root());
        LiveClient client(exec);
        {
            const NoMoreDescriptors none;
            client.send("cd in\ncat file\ncat in/deep/x\nprobe directory\nexit\n");
            CPPUNIT_ASSERT(client.waitForEnd());
        }
        const auto replies = parseFrames(client.received());
        for (const auto index : {0U, 1U, 2U, 3U}) {
            const auto& closing = replies[index].closing;
            CHECK(endsWith(closing, ": Too many open files"));
        }
        CHECK(startsWith(replies[0].closing, "error unavailable"));
        CHECK(startsWith(replies[3].closing, "error spawn-failed"));
    }

    void aDirectoryThatIsGoneIsAnError() {
        ExecFixture exec(Values{{"command.remove", "/usr/bin/rmdir {path:path}"}});
        fs::create_directory(exec.root() / "here");
        const auto replies =
            exec.ask({"cd here", "remove /here", "probe directory", "cd /", "probe directory"});
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), replies[1].closing);
        CHECK(startsWith(replies[2].closing, "error not-found the working directory"));
        CPPUNIT_ASSERT_EQUAL(exec.root().string() + '\n', replies[4].out);
    }

    void aDirectoryThatIsMadeAnewIsUsed() {
        ExecFixture exec(settings());
        fill(exec.root());
        LiveClient here(exec);
        LiveClient below(exec);
        here.send("cat file\n");
        here.waitFor("exit 0");
        below.send("cd in\n");
        below.waitFor("exit 0");
        fs::rename(exec.root(), exec.root().parent_path() / "old");
        fs::create_directories(exec.root() / "in");
        std::ofstream(exec.root() / "file") << "new\n";
        here.send("cat file\nprobe directory\npwd\nexit\n");
        below.send("probe directory\npwd\ncd /in\nprobe directory\nexit\n");
        CPPUNIT_ASSERT(here.waitForEnd());
        CPPUNIT_ASSERT(below.waitForEnd());
        const auto replies = parseFrames(here.received());
        CPPUNIT_ASSERT_EQUAL(std::string("new\n"), replies[1].out);
        CPPUNIT_ASSERT_EQUAL(exec.root().string() + '\n', replies[2].out);
        CPPUNIT_ASSERT_EQUAL(std::string("/\n"), replies[3].out);
        const auto others = parseFrames(below.received());
        for (const auto index : {1U, 2U}) {
            CPPUNIT_ASSERT_EQUAL(
                std::string("error forbidden the working directory was moved away; cd /"),
                others[index].closing);
        }
        CPPUNIT_ASSERT_EQUAL((exec.root() / "in\n").string(), others[4].out);
    }

    void aServiceWithoutItsDirectorySaysSo() {
        ExecFixture exec(settings());
        fs::rename(exec.root(), exec.root().parent_path() / "old");
        for (const auto* request : {"probe directory", "pwd", "cd /"}) {
            CPPUNIT_ASSERT_EQUAL(
                std::string("error unavailable the directory of the service cannot be opened: "
                            "No such file or directory"),
                exec.askOne(request).closing);
        }
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
