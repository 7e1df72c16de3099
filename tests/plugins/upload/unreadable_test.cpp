// tests/plugins/upload/unreadable_test.cpp - files in the folder that the host may not open.
#include <cppunit/extensions/HelperMacros.h>

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "support/check.h"
#include "upload_fixture.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kNobody = 65534;

// Root may open everything; while this lives the thread, and those that it starts, may not.
class WithoutRoot {
public:
    explicit WithoutRoot(const fs::path& folder) {
        if (::geteuid() != 0) return;
        for (const auto& entry : fs::recursive_directory_iterator(folder)) own(entry.path());
        own(folder);
        ::setfsuid(kNobody);
    }
    WithoutRoot(const WithoutRoot&) = delete;
    WithoutRoot& operator=(const WithoutRoot&) = delete;
    ~WithoutRoot() {
        if (::geteuid() == 0) ::setfsuid(0);
    }

private:
    static void own(const fs::path& path) {
        CPPUNIT_ASSERT_EQUAL(0, ::lchown(path.c_str(), kNobody, static_cast<gid_t>(-1)));
    }
};

class UnreadableTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UnreadableTest);
    CPPUNIT_TEST(namesWhatItMayNotOpenAndStarts);
    CPPUNIT_TEST(refusesAFileWhoseStateItMayNotOpen);
    CPPUNIT_TEST(keepsAPartThatItMayNotOpen);
    CPPUNIT_TEST(tellsOfAFinishedFileThatItMayNotOpen);
    CPPUNIT_TEST_SUITE_END();

    TemporaryFolder place_;

    Values here() const { return {{"directory", place_.path().string()}}; }
    fs::path workspace(const std::string& name) const { return place_ / (".berth-upload/" + name); }
    static void close(const fs::path& path) { CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), 0)); }

    static bool logs(UploadFixture& fixture, const std::string& text) {
        return std::ranges::any_of(fixture.context().logLines(), [&](const std::string& line) {
            return line.find(text) != std::string::npos;
        });
    }

public:
    void namesWhatItMayNotOpenAndStarts() {
        UploadFixture fixture(here());
        place_.write(".berth-upload/states/closed", "text");
        close(workspace("states/closed"));
        const WithoutRoot unprivileged(place_.path());
        fixture.restart(here());
        CPPUNIT_ASSERT(logs(fixture, "warning: cannot open " + workspace("states/closed").string() +
                                         ": Permission denied; it is left alone"));
        CPPUNIT_ASSERT(fs::exists(workspace("states/closed")));
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201"),
                             fixture.outcomes({putHeader("a", 3, kAck), "abc"}));
    }

    void refusesAFileWhoseStateItMayNotOpen() {
        UploadFixture fixture(here());
        place_.write(".berth-upload/states/closed", "text");
        close(workspace("states/closed"));
        const WithoutRoot unprivileged(place_.path());
        for (const auto& request : {statHeader("closed"), putHeader("closed", 3, kAck) + "abc"}) {
            CPPUNIT_ASSERT_EQUAL(std::string("500 io-error"), fixture.outcomes({request}));
        }
        CPPUNIT_ASSERT(logs(fixture, "error: cannot open " + workspace("states/closed").string() +
                                         ": Permission denied"));
    }

    // It may be opened again later: nothing of what is known of it is thrown away.
    void keepsAPartThatItMayNotOpen() {
        const auto body = someBytes(100);
        UploadFixture fixture(here());
        {
            LiveClient client(fixture);
            client.send(putHeader("a", body.size()));
            client.vanishAfter(body.substr(0, 50), workspace("parts/a"), 50);
            CPPUNIT_ASSERT(!client.waitForEnd());
        }
        const auto rest = putHeader("a", 100, R"(,"offset":50)" + kAck) + body.substr(50);
        close(workspace("parts/a"));
        {
            const WithoutRoot unprivileged(place_.path());
            for (const auto& request : {rest, putHeader("a", 100, kAck) + body}) {
                CPPUNIT_ASSERT_EQUAL(std::string("500 io-error"), fixture.outcomes({request}));
            }
        }
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(workspace("parts/a").c_str(), 0600));
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201"), fixture.outcomes({rest}));
        CHECK(body == readFile(place_ / "a"));
    }

    void tellsOfAFinishedFileThatItMayNotOpen() {
        UploadFixture fixture(here());
        place_.write("done", "text");
        close(place_ / "done");
        const WithoutRoot unprivileged(place_.path());
        CPPUNIT_ASSERT_EQUAL(std::string("200, 409 exists"),
                             fixture.outcomes({statHeader("done"), putHeader("done", 0, kAck)}));
        fixture.restart({{"directory", place_.path().string()}, {"overwrite", "on"}});
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201"),
                             fixture.outcomes({putHeader("done", 3, kAck), "new"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnreadableTest);

}  // namespace
}  // namespace berth::test
