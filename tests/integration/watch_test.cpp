// tests/integration/watch_test.cpp - files that take effect by themselves.
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>

#include "host/base/unique_fd.h"
#include "integration/attempts.h"
#include "support/berthd_process.h"
#include "support/check.h"
#include "texts.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;

fs::path plugin(const std::string& name) {
    return fs::path(BERTH_TEST_BINARY_DIR) / "plugins" / (name + ".so");
}

std::string greeting(const std::string& text) {
    return "[service:hello]\nplugin = greet\nlisten = 0\nmessage = " + text + "\n";
}

class WatchTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WatchTest);
    CPPUNIT_TEST(startsWhatIsDroppedIn);
    CPPUNIT_TEST(changesAndStopsWithTheIni);
    CPPUNIT_TEST(movesServicesToAReplacedPlugin);
    CPPUNIT_TEST(neverLoadsHalfAFile);
    CPPUNIT_TEST(neverLoadsAFileThatIsWrittenAnew);
    CPPUNIT_TEST(waitsOnlySoLongForAWriter);
    CPPUNIT_TEST(takesAFileThatNobodyWrites);
    CPPUNIT_TEST(tellsOnceWhatIsWrong);
    CPPUNIT_TEST(ignoresTemporaryFiles);
    CPPUNIT_TEST(takesABurstAtOnce);
    CPPUNIT_TEST(watchesAFolderThatCameBack);
    CPPUNIT_TEST(goesOnAfterAnErrorThatPasses);
    CPPUNIT_TEST(seesAConfigMapThatIsSwapped);
    CPPUNIT_TEST(isSwitchedWhileItRuns);
    CPPUNIT_TEST_SUITE_END();

    // Watches drop/ for plugins and conf.d/ for services; both are there from the start.
    static BerthdProcess::Options options() {
        return {.hostKeys = "watch = on\nallow_empty = on\ninclude = conf.d/*\n",
                .beforeStart = [](const TemporaryFolder& folder) {
                    fs::create_directories(folder / "conf.d");
                    fs::create_directories(folder / "drop");
                    const auto ini = readFile(folder / "berth.ini");
                    folder.write("berth.ini", withFolder(ini));
                }};
    }

    static std::string withFolder(std::string ini) {
        const std::string key = "plugins = ";
        const auto at = ini.find(key);
        return ini.replace(at, ini.find('\n', at) - at, "plugins = drop");
    }

    // Written elsewhere and moved in.
    static void moveIn(const BerthdProcess& host, const std::string& name,
                       const std::string& text) {
        const auto made = host.folder().write("made", text);
        fs::rename(made, host.folder() / name);
    }

    static void moveInPlugin(const BerthdProcess& host, const std::string& from,
                             const std::string& name) {
        fs::copy_file(plugin(from), host.folder() / "made");
        fs::rename(host.folder() / "made", host.folder() / "drop" / (name + ".so"));
    }

    static void startHello(const BerthdProcess& host) {
        moveInPlugin(host, "greet", "greet");
        waitFor(host, "drop/greet.so appeared: reload: ");
        moveIn(host, "conf.d/hello.ini", greeting("first"));
        waitFor(host, "reload: start hello");
    }

    static void waitFor(const BerthdProcess& host, const std::string& text, std::size_t times = 1) {
        const bool seen = waitUntil([&] { return count(host.output(), text) >= times; });
        CPPUNIT_ASSERT_MESSAGE(text + " is missing in " + host.output(), seen);
    }

    // When this is in force, all that was done before has been dealt with too.
    static void settle(const BerthdProcess& host, const std::string& name = "settled") {
        moveIn(host, "conf.d/" + name, "");
        waitFor(host, "conf.d/" + name + " appeared");
    }

    static std::string said(const BerthdProcess& host, const std::string& service = "hello") {
        return host.connect(service).receiveAll();
    }

    void startsWhatIsDroppedIn() {
        BerthdProcess host("", options());
        moveInPlugin(host, "greet", "greet");
        waitFor(host, "watch: drop/greet.so appeared: reload: nothing to change");
        moveIn(host, "conf.d/hello.ini", greeting("first"));
        waitFor(host, "watch: conf.d/hello.ini appeared: reload: applied");
        waitFor(host, "reload: start hello: greet on 127.0.0.1:0");
        CPPUNIT_ASSERT_EQUAL(std::string("first"), said(host));
    }

    void changesAndStopsWithTheIni() {
        BerthdProcess host("", options());
        startHello(host);
        std::ofstream(host.folder() / "conf.d/hello.ini") << greeting("second");
        waitFor(host, "watch: conf.d/hello.ini changed: reload: applied");
        CPPUNIT_ASSERT_EQUAL(std::string("second"), said(host));
        fs::remove(host.folder() / "conf.d/hello.ini");
        waitFor(host, "watch: conf.d/hello.ini left: reload: applied");
        waitFor(host, "reload: remove hello");
        CHECK(contains(host.control("status"), "0 services"));
    }

    void movesServicesToAReplacedPlugin() {
        BerthdProcess host("", options());
        startHello(host);
        moveInPlugin(host, "greet", "greet");
        waitFor(host, "watch: drop/greet.so changed: reload: applied");
        waitFor(host, "change hello: restart for plugin file");
        CPPUNIT_ASSERT_EQUAL(std::string("first"), said(host));
    }

    static std::string halves(std::size_t part) {
        const auto bytes = readFile(plugin("greet"));
        return part == 0 ? bytes.substr(0, bytes.size() / 2) : bytes.substr(bytes.size() / 2);
    }

    // The host waits for a writer who pauses for five seconds.
    static constexpr std::chrono::seconds kPause{4};

    void neverLoadsHalfAFile() { CPPUNIT_ASSERT(inAFewAttempts(waitsForTheOtherHalf)); }

    // False when the writer paused too long.
    static bool waitsForTheOtherHalf() {
        BerthdProcess host("", options());
        moveIn(host, "conf.d/hello.ini", greeting("first"));
        waitFor(host, "conf.d/hello.ini appeared: reload refused");
        const InTime inTime(kPause);
        std::ofstream file(host.folder() / "drop/greet.so", std::ios::binary);
        file << halves(0) << std::flush;
        // Another change has to wait for the file too.
        moveIn(host, "conf.d/other.ini", "");
        const auto other = waitUntil([&] { return contains(host.output(), "other.ini"); },
                                     std::chrono::milliseconds(600));
        const auto log = host.output();
        file << halves(1);
        file.close();
        if (!inTime()) return false;
        CHECK(!other);
        CHECK(!contains(log, "greet.so"));
        waitFor(host, "watch: conf.d/other.ini appeared, drop/greet.so appeared: reload: applied");
        CPPUNIT_ASSERT_EQUAL(std::string("first"), said(host));
        return true;
    }

    void neverLoadsAFileThatIsWrittenAnew() {
        CPPUNIT_ASSERT(inAFewAttempts(waitsForAFileThatIsWrittenAnew));
    }

    // As install(1) does it. False when the file was gone for so long that the host may tell of it,
    // which it does after 200 ms, or the writer paused too long.
    static bool waitsForAFileThatIsWrittenAnew() {
        BerthdProcess host("", options());
        startHello(host);
        const InTime unseen(std::chrono::milliseconds(150));
        fs::remove(host.folder() / "drop/greet.so");
        std::ofstream file(host.folder() / "drop/greet.so", std::ios::binary);
        if (!unseen()) return false;
        const InTime inTime(kPause);
        file << halves(0) << std::flush;
        const auto changed = waitUntil([&] { return contains(host.output(), "greet.so changed"); },
                                       std::chrono::milliseconds(600));
        const auto log = host.output();
        if (!inTime()) return false;
        CHECK(!changed);
        CHECK(!contains(log, "reload refused"));
        file << halves(1);
        file.close();
        waitFor(host, "watch: drop/greet.so changed: reload: applied");
        return true;
    }

    void waitsOnlySoLongForAWriter() {
        BerthdProcess host("", options());
        startHello(host);
        std::ofstream file(host.folder() / "conf.d/half.ini");
        file << "[service:half" << std::flush;
        moveIn(host, "conf.d/hello.ini", greeting("second"));
        waitFor(host,
                "watch: conf.d/half.ini is still being written, conf.d/hello.ini changed: reload "
                "refused: 3 errors");
        CPPUNIT_ASSERT_EQUAL(std::string("first"), said(host));
        file << "]\nplugin = greet\nlisten = 0\nmessage = third\n";
        file.close();
        waitFor(host, "watch: conf.d/half.ini appeared: reload: applied");
        CPPUNIT_ASSERT_EQUAL(std::string("second"), said(host));
        CPPUNIT_ASSERT_EQUAL(std::string("third"), said(host, "half"));
    }

    void takesAFileThatNobodyWrites() {
        BerthdProcess host("", options());
        startHello(host);
        const auto lock = host.folder() / "conf.d/lock.ini";
        ::close(::open(lock.c_str(), O_CREAT | O_RDONLY | O_CLOEXEC, 0600));
        waitFor(host, "watch: conf.d/lock.ini appeared: reload: nothing to change");
        const host::UniqueFd file(
            ::open((host.folder() / "conf.d").c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
        if (!file) return;  // not on every file system
        const auto text = greeting("second") + "[service:more]\nplugin = greet\nlisten = 0\n";
        fs::remove(host.folder() / "conf.d/hello.ini");
        CHECK(::write(file.value(), text.data(), text.size()) > 0);
        const auto name = "/proc/self/fd/" + std::to_string(file.value());
        const auto linked = host.folder() / "conf.d/more.ini";
        CPPUNIT_ASSERT_EQUAL(
            0, ::linkat(AT_FDCWD, name.c_str(), AT_FDCWD, linked.c_str(), AT_SYMLINK_FOLLOW));
        waitFor(host, "conf.d/more.ini appeared: reload: applied");
        CPPUNIT_ASSERT_EQUAL(std::string("second"), said(host));
    }

    void tellsOnceWhatIsWrong() {
        BerthdProcess host("", options());
        startHello(host);
        moveIn(host, "conf.d/bad.ini", "[service:greet]\nlisen = 0\n");
        waitFor(host, "watch: conf.d/bad.ini appeared: reload refused: 2 errors");
        waitFor(host, "unknown key \"lisen\"");
        CPPUNIT_ASSERT_EQUAL(std::string("first"), said(host));
        CPPUNIT_ASSERT(!waitUntil([&] { return count(host.output(), "reload refused") > 1; },
                                  std::chrono::milliseconds(600)));
        fs::remove(host.folder() / "conf.d/bad.ini");
        waitFor(host, "watch: conf.d/bad.ini left: reload: nothing to change");
    }

    void ignoresTemporaryFiles() {
        BerthdProcess host("", options());
        for (const auto* name : {"conf.d/.a.ini", "conf.d/a.ini~", "conf.d/a.swp",
                                 "conf.d/a.ini.part", "drop/.greet.so", "drop/greet.so.part"}) {
            host.folder().write(name, "what is no ini");
            fs::remove(host.folder() / name);
        }
        settle(host);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, count(host.output(), "watch: "));
    }

    void takesABurstAtOnce() {
        BerthdProcess host("", options());
        using Clock = std::chrono::steady_clock;
        std::size_t pauses = 0;  // that divide it, where the machine gives this process no turn
        moveInPlugin(host, "greet", "greet");
        auto last = Clock::now();
        for (int i = 0; i < 50; ++i) {
            const auto name = "burst" + std::to_string(i);
            moveIn(host, "conf.d/" + name + ".ini",
                   "[service:" + name + "]\nplugin = greet\nlisten = unix:" + name + "\n");
            if (Clock::now() - last >= std::chrono::milliseconds(200)) ++pauses;
            last = Clock::now();
        }
        CHECK(waitUntil([&] { return contains(host.control("status"), "50 services"); }));
        settle(host);
        CPPUNIT_ASSERT_MESSAGE(host.output(), count(host.output(), "watch: ") <= 5 + pauses);
    }

    void watchesAFolderThatCameBack() {
        BerthdProcess host("", options());
        startHello(host);
        fs::rename(host.folder() / "conf.d", host.folder() / "away");
        waitFor(host, "watch: conf.d/hello.ini left: reload: applied");
        host.folder().write("away/hello.ini", greeting("second"));
        fs::rename(host.folder() / "away", host.folder() / "conf.d");
        waitFor(host, "watch: conf.d/hello.ini appeared: reload: applied", 2);
        CPPUNIT_ASSERT_EQUAL(std::string("second"), said(host));
        fs::remove_all(host.folder() / "conf.d");
        waitFor(host, "watch: conf.d/hello.ini left: reload: applied", 2);
        fs::create_directory(host.folder() / "conf.d");
        moveIn(host, "conf.d/hello.ini", greeting("third"));
        waitFor(host, "watch: conf.d/hello.ini appeared: reload: applied", 3);
        CPPUNIT_ASSERT_EQUAL(std::string("third"), said(host));
    }

    // hello.ini leads to ..data/hello.ini, and ..data to another folder from one moment to the
    // next.
    void goesOnAfterAnErrorThatPasses() {
        BerthdProcess host("", options());
        startHello(host);
        fs::create_directory_symlink("circle", host.folder() / "circle");
        fs::rename(host.folder() / "conf.d", host.folder() / "away");
        fs::rename(host.folder() / "circle", host.folder() / "conf.d");
        fs::create_symlink("conf.d", host.folder() / "circle");
        waitFor(host, "it is tried again every 5 s");
        host.folder().write("away/hello.ini", greeting("second"));
        fs::rename(host.folder() / "conf.d", host.folder() / "away/unused");
        fs::rename(host.folder() / "away", host.folder() / "conf.d");
        // The service begins anew where the host saw it without its file: between two renames.
        const bool back = waitUntil([&] {
            const auto log = host.output();
            return contains(log, "change hello") || count(log, "start hello") > 1;
        });
        CPPUNIT_ASSERT_MESSAGE(host.output(), back);
        CPPUNIT_ASSERT_EQUAL(std::string("second"), said(host));
    }

    void seesAConfigMapThatIsSwapped() {
        BerthdProcess host("", options());
        moveInPlugin(host, "greet", "greet");
        waitFor(host, "drop/greet.so appeared: reload: ");
        const auto& folder = host.folder();
        const auto swapTo = [&](const std::string& version) {
            folder.write("conf.d/.." + version + "/hello.ini", greeting(version));
            fs::create_symlink(".." + version, folder / "new");
            fs::rename(folder / "new", folder / "conf.d/..data");
        };
        swapTo("v1");
        fs::create_symlink("..data/hello.ini", folder / "conf.d/hello.ini");
        waitFor(host, "reload: start hello");
        CPPUNIT_ASSERT_EQUAL(std::string("v1"), said(host));
        for (const std::string version : {"v2", "v3"}) {
            const auto before = count(host.output(), "conf.d/hello.ini changed: reload: applied");
            swapTo(version);
            waitFor(host, "conf.d/hello.ini changed: reload: applied", before + 1);
            CPPUNIT_ASSERT_EQUAL(version, said(host));
        }
    }

    void isSwitchedWhileItRuns() {
        BerthdProcess host("", options());
        moveInPlugin(host, "greet", "greet");
        waitFor(host, "drop/greet.so appeared: reload: ");
        const auto on = readFile(host.config());
        auto off = on;
        off.replace(off.find("watch = on"), 10, "watch = off");
        moveIn(host, "berth.ini", off);
        waitFor(host, "berth.ini changed: reload: ");
        moveIn(host, "conf.d/hello.ini", greeting("first"));
        CHECK(!waitUntil([&] { return contains(host.output(), "hello"); },
                         std::chrono::milliseconds(600)));
        moveIn(host, "berth.ini", on);
        CHECK(startsWith(host.control("reload"), "OK applied"));
        // At once, while the folders are being watched again.
        moveIn(host, "conf.d/hello.ini", greeting("second"));
        CPPUNIT_ASSERT(waitUntil([&] { return said(host) == "second"; }));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WatchTest);

}  // namespace
}  // namespace berth::test
