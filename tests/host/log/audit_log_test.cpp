// tests/host/log/audit_log_test.cpp - who changed what, in a file of its own or in the log.
#include "host/log/audit_log.h"

#include <sys/stat.h>

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "host/log/log_system.h"
#include "support/check.h"
#include "support/memory_log_sink.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::AuditRecord;
using host::LogOptions;
using host::LogSystem;

class AuditLogTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuditLogTest);
    CPPUNIT_TEST(writesToItsFileAtOnce);
    CPPUNIT_TEST(isReadableByItsOwnerOnly);
    CPPUNIT_TEST(goesToTheLogWithoutAFile);
    CPPUNIT_TEST(opensItsFileAgain);
    CPPUNIT_TEST(saysThatItCannotWrite);
    CPPUNIT_TEST(keepsLinesOfManyThreadsWhole);
    CPPUNIT_TEST_SUITE_END();

    LogOptions options(const std::filesystem::path& file) const {
        LogOptions result;
        result.auditLog = file.string();
        return result;
    }
    std::unique_ptr<MemoryLogSink> sink() const { return std::make_unique<MemoryLogSink>(memory_); }

    static constexpr AuditRecord kRecord{
        .who = "uid 0 pid 7", .request = "set shout idle_timeout 5m\n", .outcome = "ok"};

    // False when it gave up after the second that it waits for others: on a slow machine.
    static bool recorded(LogSystem& system) {
        const auto begun = std::chrono::steady_clock::now();
        try {
            system.audit().record(kRecord);
            return true;
        } catch (const std::runtime_error&) {
            if (std::chrono::steady_clock::now() - begun < std::chrono::seconds(1)) throw;
            return false;
        }
    }

    TemporaryFolder folder_;
    const std::filesystem::path file_ = folder_.path() / "audit.log";
    std::shared_ptr<LogMemory> memory_ = std::make_shared<LogMemory>();

public:
    void writesToItsFileAtOnce() {
        LogSystem system(options(file_), sink());
        system.audit().record(kRecord);
        const auto text = readFile(file_);
        CPPUNIT_ASSERT_EQUAL(std::string(" information audit: change requested who=\"uid 0 pid 7\" "
                                         "request=\"set shout idle_timeout 5m\\n\" outcome=ok\n"),
                             text.substr(text.find(' ')));
        CPPUNIT_ASSERT(flushed(system));
        CHECK(isEmpty(memory_->lines()));
    }

    void isReadableByItsOwnerOnly() {
        const auto mask = ::umask(0);
        const LogSystem system(options(file_), sink());
        ::umask(mask);
        CHECK(std::filesystem::status(file_).permissions() == std::filesystem::perms(0600));
    }

    void goesToTheLogWithoutAFile() {
        LogOptions quiet;
        quiet.logLevel = LogLevel::Error;
        LogSystem system(quiet, sink());
        if (!recorded(system)) CPPUNIT_ASSERT(flushed(system));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, memory_->count("change requested"));
    }

    void opensItsFileAgain() {
        LogSystem system(options(file_), sink());
        system.audit().record(kRecord);
        std::filesystem::rename(file_, folder_.path() / "moved");
        CPPUNIT_ASSERT(changed([&] { system.reopen(); }));
        system.audit().record({.who = "other", .request = "stop shout", .outcome = "not-found"});
        CHECK(contains(readFile(folder_.path() / "moved"), "uid 0"));
        CHECK(contains(readFile(file_), "who=other request=\"stop shout\" outcome=not-found"));
        CHECK(!contains(readFile(file_), "uid 0"));
    }

    void saysThatItCannotWrite() {
        CPPUNIT_ASSERT_THROW(LogSystem(options(folder_.path()), sink()), std::runtime_error);
        LogSystem system(options("/dev/full"), sink());
        CPPUNIT_ASSERT_THROW(system.audit().record(kRecord), std::runtime_error);
    }

    void keepsLinesOfManyThreadsWhole() {
        LogSystem system(options(file_), sink());
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 4; ++i) {
                threads.emplace_back([&system] {
                    for (int j = 0; j < 50;) j += recorded(system) ? 1 : 0;
                });
            }
            for (int i = 0; i < 10; ++i) CPPUNIT_ASSERT(changed([&] { system.reopen(); }));
        }
        const auto text = readFile(file_);
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{200}, std::ranges::count(text, '\n'));
        for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
            CHECK(endsWith(text.substr(at, text.find('\n', at) - at), "outcome=ok"));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuditLogTest);

}  // namespace
}  // namespace berth::test
