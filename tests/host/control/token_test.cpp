// tests/host/control/token_test.cpp - the token file: made once, private, complete.
#include "host/control/auth/token.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using host::control::loadOrCreateToken;
using host::control::sameToken;
using namespace std::string_literals;

mode_t modeOf(const fs::path& path) {
    struct stat found {};
    CPPUNIT_ASSERT_EQUAL(0, ::lstat(path.c_str(), &found));
    return found.st_mode & 07777;
}

void write(const fs::path& path, const std::string& text, mode_t mode = 0600) {
    std::ofstream(path) << text;
    CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), mode));
}

std::string errorOf(const fs::path& file) {
    try {
        static_cast<void>(loadOrCreateToken(file));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

void assertRefused(const fs::path& file, const std::string& why) {
    const auto error = errorOf(file);
    CHECK(contains(error, why));
    CHECK(contains(error, file.string()));
    CHECK(!contains(error, "\n"));
}

}  // namespace

class TokenTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenTest);
    CPPUNIT_TEST(makesAPrivateFileWithSixtyFourDigits);
    CPPUNIT_TEST(readsTheSameTokenAgain);
    CPPUNIT_TEST(makesAnotherTokenEachTime);
    CPPUNIT_TEST(makesTheFolderToo);
    CPPUNIT_TEST(agreesOnOneTokenWhenManyStartAtOnce);
    CPPUNIT_TEST(acceptsATokenThatAPersonWrote);
    CPPUNIT_TEST(refusesAFileThatOthersCanRead);
    CPPUNIT_TEST(refusesLinksFoldersAndDevices);
    CPPUNIT_TEST(refusesWhatIsNoToken);
    CPPUNIT_TEST(neverTellsTheTokenInAnError);
    CPPUNIT_TEST(saysWhyItCannotBeMade);
    CPPUNIT_TEST(tellsEqualTokensFromOthers);
    CPPUNIT_TEST_SUITE_END();

public:
    void makesAPrivateFileWithSixtyFourDigits() {
        const auto token = loadOrCreateToken(file());
        CPPUNIT_ASSERT_EQUAL(std::size_t{64}, token.size());
        CPPUNIT_ASSERT_EQUAL(std::string::npos, token.find_first_not_of("0123456789abcdef"));
        CPPUNIT_ASSERT_EQUAL(mode_t{0600}, modeOf(file()));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, entries());
    }

    void readsTheSameTokenAgain() {
        const auto token = loadOrCreateToken(file());
        CPPUNIT_ASSERT_EQUAL(token, loadOrCreateToken(file()));
    }

    void makesAnotherTokenEachTime() {
        std::set<std::string> tokens;
        for (int i = 0; i < 20; ++i) {
            tokens.insert(loadOrCreateToken(file()));
            fs::remove(file());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{20}, tokens.size());
    }

    void makesTheFolderToo() {
        const auto inside = folder_.path() / "state" / "control.token";
        static_cast<void>(loadOrCreateToken(inside));
        CPPUNIT_ASSERT_EQUAL(mode_t{0700}, modeOf(inside.parent_path()));
    }

    // In one process the temporary name is the same for all, which makes the race harder.
    void agreesOnOneTokenWhenManyStartAtOnce() {
        const auto token = loadOrCreateToken(file());
        std::vector<std::future<std::string>> readers;
        for (int i = 0; i < 8; ++i) {
            readers.push_back(
                std::async(std::launch::async, [this] { return loadOrCreateToken(file()); }));
        }
        for (auto& reader : readers) CPPUNIT_ASSERT_EQUAL(token, reader.get());
    }

    void acceptsATokenThatAPersonWrote() {
        const auto mine = "correct-horse-battery-staple-0123"s;
        write(file(), mine + "\n", 0400);
        CPPUNIT_ASSERT_EQUAL(mine, loadOrCreateToken(file()));
        write(file(), mine);
    }

    void refusesAFileThatOthersCanRead() {
        for (const mode_t mode : {0640U, 0604U, 0620U, 0666U}) {
            write(file(), std::string(64, 'a') + "\n", mode);
            assertRefused(file(), "other users can read it");
            fs::remove(file());
        }
    }

    void refusesLinksFoldersAndDevices() {
        write(folder_.path() / "target", std::string(64, 'a'));
        fs::create_symlink(folder_.path() / "target", file());
        assertRefused(file(), "is a symbolic link");
        fs::remove(file());
        fs::create_directory(file());
        assertRefused(file(), "is no plain file");
        fs::remove(file());
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(file().c_str(), 0600));
        assertRefused(file(), "is no plain file");
    }

    void refusesWhatIsNoToken() {
        for (const auto& text : {""s, "\n"s, "short\n"s, std::string(31, 'a'),
                                 std::string(1025, 'a'), std::string(40, 'a') + " b\n",
                                 std::string(40, 'a') + "\nmore\n", std::string(40, '\0')}) {
            write(file(), text);
            assertRefused(file(), "holds no token");
        }
    }

    void neverTellsTheTokenInAnError() {
        write(file(), "my-secret\n");
        CPPUNIT_ASSERT_EQUAL(std::string::npos, errorOf(file()).find("my-secret"));
    }

    void saysWhyItCannotBeMade() {
        assertRefused(folder_.path() / "a" / "b" / "token", "No such file");
        assertRefused(folder_.path() / std::string(300, 'x'), "File name too long");
    }

    void tellsEqualTokensFromOthers() {
        const std::string token(64, 'a');
        CPPUNIT_ASSERT(sameToken(token, token));
        for (std::size_t i = 0; i < token.size(); ++i) {
            auto other = token;
            other[i] = 'b';
            CPPUNIT_ASSERT(!sameToken(token, other));
        }
        CPPUNIT_ASSERT(!sameToken(token, token.substr(1)));
        CPPUNIT_ASSERT(!sameToken(token, token + "a"));
        CPPUNIT_ASSERT(!sameToken("", ""));
    }

private:
    [[nodiscard]] fs::path file() const { return folder_.path() / "control.token"; }
    [[nodiscard]] std::ptrdiff_t entries() const {
        return std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator());
    }

    TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenTest);

}  // namespace berth::test
