// tests/plugins/exec/hostile_paths_test.cpp - whatever a client writes, and whatever is changed
// under its feet: nothing outside of the directory is read, made or run.
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <stdio.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include "berth/words.h"
#include "exec_fixture.h"
#include "support/check.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;

const std::string kCanary = "canary-3f9a";
constexpr unsigned kSeed = 8;

Values commands() {
    return {{"max_line", "64K"},
            {"max_output", "1M"},
            {"command.read", "/usr/bin/cat {file:path}"},
            {"command.open", "/usr/bin/cat {file:existing}"},
            {"command.list", "/usr/bin/ls -R {path?}"},
            {"command.make", "/usr/bin/mkdir {dir:path}"},
            {"command.touch", "/usr/bin/touch -- {files...:path}"},
            {"command.text", EXEC_PROBE " args {text}"},
            {"command.joined", "/usr/bin/ls {x}{y}"},
            {"command.dashed", "/usr/bin/ls {x}-{y}"},
            {"command.level", EXEC_PROBE " args {level:/[a-z]+/}"}};
}

// The directory with something to find inside of it, and canaries where nobody may come.
void fill(const fs::path& root) {
    const auto outside = root.parent_path() / "outside";
    fs::create_directories(root / "in/deep");
    fs::create_directories(root / ".berth-upload/parts");
    fs::create_directory(outside);
    std::ofstream(root / "file") << "text\n";
    std::ofstream(root / ".berth-upload/parts/secret") << kCanary;
    std::ofstream(outside / "secret") << kCanary;
    std::ofstream(root.parent_path() / "secret") << kCanary;
    fs::create_symlink("in/deep", root / "inside-link");
    fs::create_symlink("../outside", root / "outside-link");
    fs::create_symlink(outside, root / "absolute-link");
    fs::create_symlink("../outside/new", root / "dangling-link");
    fs::create_symlink(".berth-upload/parts", root / "in/parts-link");
    fs::create_symlink("../.berth-upload", root / "in/upload-link");
    fs::create_symlink("/proc/self/cwd", root / "cwd-link");
    fs::create_symlink("loop", root / "loop");
}

// Each file outside of the directory and in the host's own part of it, with its content.
std::map<std::string, std::string> snapshot(const fs::path& root) {
    std::map<std::string, std::string> files;
    for (const auto& part : {root.parent_path() / "outside", root / ".berth-upload"}) {
        for (const auto& entry : fs::recursive_directory_iterator(part)) {
            std::ostringstream content;
            if (entry.is_regular_file()) content << std::ifstream(entry.path()).rdbuf();
            files[entry.path().string()] = content.str();
        }
    }
    for (const auto& entry : fs::directory_iterator(root.parent_path())) {
        files.emplace(entry.path().string(), "");
    }
    return files;
}

const std::vector<std::string> kTargets{"..",
                                        "../..",
                                        "../secret",
                                        "../outside/secret",
                                        "outside-link",
                                        "outside-link/secret",
                                        "outside-link/../secret",
                                        "absolute-link/secret",
                                        "dangling-link",
                                        "loop",
                                        "cwd-link/../secret",
                                        ".berth-upload",
                                        ".berth-upload/parts/secret",
                                        "in/parts-link/secret",
                                        "in/upload-link/parts/secret",
                                        "proc/self/environ",
                                        "proc/self/root/etc/passwd",
                                        "proc/self/cwd/../secret",
                                        "proc/self/fd/3/../secret",
                                        "dev/fd/3/../secret",
                                        "etc/passwd"};
const std::vector<std::string> kPrefixes{
    "",        "/",      "//", "./", "in/../", "in/deep/../../", "inside-link/../../",
    "/in/../", ".././/", "~/"};
const std::vector<std::string> kCommands{"read ", "open ", "list ", "make ", "touch ", "cd "};

std::vector<std::string> tableOfRequests() {
    std::vector<std::string> requests;
    for (const auto& command : kCommands) {
        for (const auto& prefix : kPrefixes) {
            for (const auto& target : kTargets) {
                requests.push_back(command + quoteWord(prefix + target));
            }
        }
    }
    // Slashes and dots of other alphabets, overlong forms and escapes that somebody might undo.
    for (const std::string path :
         {"..\xe2\x88\x95secret", "..\xef\xbc\x8fsecret", "\xef\xbc\x8e\xef\xbc\x8e/secret",
          "..\xc0\xafsecret", "%2e%2e/secret", "..%2fsecret", "..\\secret", "\\x2e\\x2e/secret",
          "\xff\xfe/../../secret", "$HOME", "`cat ../secret`", "$(cat ../secret)",
          "file\t../secret", "file;cat ../secret", "*", "{file}", "${env:EXEC_CANARY}"}) {
        for (const auto& command : kCommands) requests.push_back(command + quoteWord(path));
        requests.push_back("text " + quoteWord(path));
    }
    for (const auto* request :
         {"joined '' -la", "joined '' --all", "dashed '' la", "dashed '' R", "dashed '' -all",
          "joined '' -R", "text -x", "touch /-rf -rf", "level -x", "level 'a\\nb'", "sh -c id",
          "/bin/sh", "../../bin/sh", "command.read file", "read", "read file file"}) {
        requests.emplace_back(request);
    }
    requests.push_back("read " + std::string(5000, 'a'));
    requests.push_back("read " + std::string(300, 'b') + "/../../secret");
    std::string deep = "../secret";
    for (int i = 0; i < 1500; ++i) deep.insert(0, "in/../");
    requests.push_back("read " + deep);
    for (const char control : {'\0', '\x01', '\x1b', '\r', '\x7f'}) {
        requests.push_back(std::string("read 'file") + control + "/../../secret'");
    }
    return requests;
}

// Pieces of paths in any order.
std::vector<std::string> randomRequests() {
    const std::vector<std::string> pieces{"..",
                                          "/",
                                          ".",
                                          "//",
                                          "in",
                                          "deep",
                                          "outside-link",
                                          "secret",
                                          "-",
                                          "~",
                                          "inside-link",
                                          "\\",
                                          "'",
                                          " ",
                                          "../..",
                                          ".berth-upload",
                                          "parts",
                                          "absolute-link",
                                          "$",
                                          "\xef\xbc\x8f",
                                          "proc/self/cwd",
                                          "file",
                                          "in/upload-link",
                                          "new"};
    std::mt19937 random(kSeed);
    std::vector<std::string> requests;
    for (int i = 0; i < 300; ++i) {
        std::string path;
        for (auto left = 2 + random() % 7; left != 0; --left) {
            path += pieces[random() % pieces.size()];
            if (random() % 3 != 0) path += '/';
        }
        requests.push_back(kCommands[random() % kCommands.size()] + quoteWord(path));
    }
    return requests;
}

// Lets two names change places, again and again, while it lives.
class Swapper {
public:
    Swapper(fs::path one, fs::path other)
        : thread_([this, one = std::move(one), other = std::move(other)] {
              while (!stop_) {
                  ::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE);
              }
          }) {}
    ~Swapper() {
        stop_ = true;
        thread_.join();
    }
    Swapper(const Swapper&) = delete;
    Swapper& operator=(const Swapper&) = delete;

private:
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

// A sanitizer looks at some of them; all are asked in the other builds.
constexpr std::size_t kStep = scaled(1, 5);

class HostilePathsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostilePathsTest);
    CPPUNIT_TEST(noRequestReachesWhatIsOutside);
    CPPUNIT_TEST(noFolderThatBecomesALinkLeadsOut);
    CPPUNIT_TEST(noWorkingDirectoryThatBecomesALinkLeadsOut);
    CPPUNIT_TEST(noFolderThatIsMovedUpLeadsOut);
    CPPUNIT_TEST(noExistingFileThatBecomesALinkLeadsOut);
    CPPUNIT_TEST_SUITE_END();

    static void assertSilent(const std::string& request, const FramedReply& reply) {
        for (const auto& text : {reply.out, reply.err, reply.closing}) {
            CPPUNIT_ASSERT_MESSAGE(request + "\n" + text, text.find(kCanary) == std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(request + "\n" + text, text.find("root:") == std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(request + "\n" + text, text.find("\n.\n") == std::string::npos);
        }
    }

    // Asks often while two names change places, and until some of the answers were those of an
    // honest request: before that nothing was tried.
    static void askWhileSwapping(ExecFixture& exec, const fs::path& one, const fs::path& other,
                                 const std::vector<std::string>& requests) {
        const Swapper swapper(one, other);
        std::size_t answered = 0;
        for (int round = 0; round < 40 || (answered == 0 && round < 1000); ++round) {
            std::vector<std::string> batch;
            for (int i = 0; i < 5; ++i) batch.insert(batch.end(), requests.begin(), requests.end());
            for (const auto& reply : exec.ask(batch)) {
                assertSilent(requests.back(), reply);
                if (reply.out == "inside") ++answered;
            }
        }
        CHECK(answered != 0);
    }

public:
    void noRequestReachesWhatIsOutside() {
        ::setenv("EXEC_CANARY", kCanary.c_str(), 1);
        ExecFixture exec(commands());
        fill(exec.root());
        const auto before = snapshot(exec.root());
        auto requests = tableOfRequests();
        for (auto& request : randomRequests()) requests.push_back(std::move(request));
        CHECK(requests.size() >= 400);
        for (std::size_t i = 0; i < requests.size(); i += kStep) {
            const auto& request = requests[i];
            // Answered from the directory, and from one below it.
            for (const std::string start : {"cd /", "cd /in/deep"}) {
                for (const auto& reply : exec.ask({start, request})) assertSilent(request, reply);
            }
        }
        CHECK(before == snapshot(exec.root()));
    }

    void noFolderThatBecomesALinkLeadsOut() {
        ExecFixture exec(commands());
        fill(exec.root());
        fs::create_directory(exec.root() / "turn");
        std::ofstream(exec.root() / "turn/secret") << "inside";
        fs::create_symlink("../outside", exec.root() / "turned");
        askWhileSwapping(exec, exec.root() / "turn", exec.root() / "turned",
                         {"read turn/secret", "open turn/secret", "read /turn/secret"});
    }

    void noWorkingDirectoryThatBecomesALinkLeadsOut() {
        ExecFixture exec(commands());
        fill(exec.root());
        fs::create_directory(exec.root() / "turn");
        std::ofstream(exec.root() / "turn/secret") << "inside";
        fs::create_symlink("../outside", exec.root() / "turned");
        askWhileSwapping(exec, exec.root() / "turn", exec.root() / "turned",
                         {"cd /turn", "read secret", "read ../turn/secret", "list"});
    }

    // Two steps up from a/b/c is a; from c it is outside.
    void noFolderThatIsMovedUpLeadsOut() {
        ExecFixture exec(commands());
        fill(exec.root());
        fs::create_directories(exec.root() / "a/b/c");
        fs::create_directory(exec.root() / "c");
        std::ofstream(exec.root() / "a/secret") << "inside";
        askWhileSwapping(exec, exec.root() / "a/b/c", exec.root() / "c",
                         {"cd /a/b/c", "read ../../secret", "read /a/secret"});
    }

    void noExistingFileThatBecomesALinkLeadsOut() {
        ExecFixture exec(commands());
        fill(exec.root());
        std::ofstream(exec.root() / "turn") << "inside";
        fs::create_symlink("../outside/secret", exec.root() / "turned");
        askWhileSwapping(exec, exec.root() / "turn", exec.root() / "turned", {"open turn"});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostilePathsTest);

}  // namespace
}  // namespace berth::test
