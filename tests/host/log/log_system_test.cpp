// tests/host/log/log_system_test.cpp - the parts together, and several systems in one process.
#include "host/log/log_system.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "support/check.h"
#include "support/memory_log_sink.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::LogOptions;
using host::LogSystem;

class LogSystemTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogSystemTest);
    CPPUNIT_TEST(writesToTheConfiguredFile);
    CPPUNIT_TEST(keepsSystemsApart);
    CPPUNIT_TEST(changesTheLevelLive);
    CPPUNIT_TEST(keepsHostileTextsOnOneLine);
    CPPUNIT_TEST(writesJsonThatParsesLineByLine);
    CPPUNIT_TEST(saysWhyItCannotStart);
    CPPUNIT_TEST(followsLogrotate);
    CPPUNIT_TEST(takesOtherOptions);
    CPPUNIT_TEST(changesNothingWhenAnOptionIsWrong);
    CPPUNIT_TEST(survivesChangesUnderLoad);
    CPPUNIT_TEST_SUITE_END();

    LogOptions toFile(const std::string& name) const {
        LogOptions options;
        options.log = (folder_.path() / name).string();
        return options;
    }
    std::string read(const std::string& name) const { return readFile(folder_.path() / name); }
    static std::size_t lines(const std::string& text) {
        return static_cast<std::size_t>(std::ranges::count(text, '\n'));
    }

    TemporaryFolder folder_;

public:
    void writesToTheConfiguredFile() {
        {
            LogSystem system(toFile("a.log"));
            system.host().information("started");
            system.open("shout")->warning("loud");
            CPPUNIT_ASSERT(flushed(system));
        }
        CHECK(contains(read("a.log"), " information host: started\n"));
        CHECK(contains(read("a.log"), " warning shout: loud\n"));
    }

    void keepsSystemsApart() {
        const auto first = std::make_shared<LogMemory>();
        const auto second = std::make_shared<LogMemory>();
        LogSystem one({}, std::make_unique<MemoryLogSink>(first));
        LogSystem two({}, std::make_unique<MemoryLogSink>(second));
        one.host().information("first");
        two.setLevel(LogLevel::Error);
        two.host().information("nowhere");
        two.host().error("second");
        CPPUNIT_ASSERT(flushed(one));
        CPPUNIT_ASSERT(flushed(two));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, first->lines().size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, second->lines().size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, second->count("second"));
    }

    void changesTheLevelLive() {
        const auto memory = std::make_shared<LogMemory>();
        LogSystem system({}, std::make_unique<MemoryLogSink>(memory));
        const auto log = system.open("shout");
        CPPUNIT_ASSERT(!log->enabled(LogLevel::Debug));
        CPPUNIT_ASSERT(log->enabled(LogLevel::Information));
        log->debug("hidden");
        system.setLevel(LogLevel::Debug);
        CPPUNIT_ASSERT(log->enabled(LogLevel::Debug));
        log->debug("shown");
        system.setLevel(LogLevel::Error);
        log->warning("hidden");
        CPPUNIT_ASSERT(flushed(system));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, memory->lines().size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, memory->count(" debug shout: shown"));
    }

    void keepsHostileTextsOnOneLine() {
        {
            LogSystem system(toFile("a.log"));
            system.host().information(
                "one\n2026-01-01T00:00:00.000Z error host: forged\r\n\x1b[2J");
            system.host().information(std::string("\0\xff\n", 3) + std::string(100'000, '\n'));
            CPPUNIT_ASSERT(flushed(system));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, lines(read("a.log")));
        CHECK(!contains(read("a.log"), "\x1b"));
    }

    void writesJsonThatParsesLineByLine() {
        auto options = toFile("a.log");
        options.logFormat = host::LogFormat::Json;
        {
            LogSystem system(options);
            for (const auto* text : {"plain", "\"quoted\"", "a\nb\\", "\xff\xfe", "欢迎", "\x01"}) {
                system.host().information(text);
            }
            CPPUNIT_ASSERT(flushed(system));
        }
        std::istringstream text(read("a.log"));
        int count = 0;
        for (std::string line; std::getline(text, line); ++count) {
            const auto object = Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>();
            for (const auto* key : {"time", "level", "source", "text"}) {
                CPPUNIT_ASSERT_MESSAGE(line, object->has(key));
            }
        }
        CPPUNIT_ASSERT_EQUAL(6, count);
    }

    void saysWhyItCannotStart() {
        const auto options = toFile("missing/a.log");
        std::string message;
        try {
            const LogSystem system(options);
        } catch (const std::runtime_error& error) {
            message = error.what();
        }
        CPPUNIT_ASSERT_EQUAL(
            "cannot open the log file " + options.log + ": No such file or directory", message);
    }

    void followsLogrotate() {
        LogSystem system(toFile("a.log"));
        system.host().information("before");
        CPPUNIT_ASSERT(flushed(system));
        std::filesystem::rename(folder_.path() / "a.log", folder_.path() / "a.log.1");
        CPPUNIT_ASSERT(changed([&] { system.reopen(); }));
        system.host().information("after");
        CPPUNIT_ASSERT(flushed(system));
        CHECK(contains(read("a.log.1"), "before"));
        CHECK(contains(read("a.log"), "after"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lines(read("a.log")));
    }

    void takesOtherOptions() {
        LogSystem system(toFile("a.log"));
        system.host().information("text");
        auto options = toFile("b.log");
        options.logFormat = host::LogFormat::Json;
        options.logLevel = LogLevel::Warning;
        options.accessLog = false;
        options.auditLog = (folder_.path() / "audit.log").string();
        CPPUNIT_ASSERT(changed([&] { system.reconfigure(options); }));
        system.host().information("hidden");
        system.host().warning("json");
        system.audit().record({.who = "a", .request = "b", .outcome = "c"});
        CPPUNIT_ASSERT(flushed(system));
        CPPUNIT_ASSERT(!system.accessLogEnabled());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lines(read("a.log")));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lines(read("b.log")));
        CHECK(startsWith(read("b.log"), "{"));
        CHECK(startsWith(read("audit.log"), "{"));
    }

    void changesNothingWhenAnOptionIsWrong() {
        LogSystem system(toFile("a.log"));
        for (auto wrong : {toFile("missing/b.log"), toFile("b.log")}) {
            wrong.auditLog = (folder_.path() / "missing/audit.log").string();
            wrong.logLevel = LogLevel::Error;
            CPPUNIT_ASSERT_THROW(system.reconfigure(wrong), std::runtime_error);
        }
        system.host().information("still here");
        CPPUNIT_ASSERT(flushed(system));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lines(read("a.log")));
    }

    void survivesChangesUnderLoad() {
        constexpr std::size_t kThreads = 4;
        constexpr std::size_t kLines = 1000;
        {
            LogSystem system(toFile("a.log"));
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < kThreads; ++i) {
                threads.emplace_back([&system] {
                    const auto log = system.open("shout");
                    for (std::size_t j = 0; j < kLines; ++j) log->error("line");
                });
            }
            for (int i = 0; i < 20; ++i) {
                const auto options = toFile(i % 2 == 0 ? "b.log" : "a.log");
                CPPUNIT_ASSERT(changed([&] { system.reconfigure(options); }));
                CPPUNIT_ASSERT(changed([&] { system.reopen(); }));
                system.setLevel(LogLevel::Debug);
            }
            threads.clear();
            CPPUNIT_ASSERT(flushed(system));
        }
        CPPUNIT_ASSERT_EQUAL(kThreads * kLines, lines(read("a.log")) + lines(read("b.log")));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogSystemTest);

}  // namespace
}  // namespace berth::test
