// tests/plugins/upload/durability_test.cpp - a program that is killed while it stores files.
#include <cppunit/extensions/HelperMacros.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "support/check.h"
#include "support/sanitized.h"
#include "support/temporary_folder.h"
#include "upload/store.h"
#include "upload/system_call.h"
#include "upload_fixture.h"

namespace berth::test {
namespace {

constexpr unsigned kFiles = 10;
constexpr std::size_t kPiece = 7'001;

std::string nameOf(unsigned file) {
    return "file" + std::to_string(file);
}

std::vector<std::string> makeBodies() {
    std::vector<std::string> bodies;
    for (unsigned file = 0; file < kFiles; ++file) {
        bodies.push_back(someBytes(40'000 + file * 33'333, file + 100));
    }
    return bodies;
}

upload::Settings settingsFor(const TemporaryFolder& folder) {
    upload::Settings settings;
    settings.directory = folder.path();
    settings.minFreeSpace.value = 0;
    return settings;
}

// Goes on with a file where the store says, in small pieces.
void storeFile(upload::Store& store, unsigned number, const std::string& body) {
    const auto status = store.status(nameOf(number));
    if (status.complete) return;
    auto file = store.begin({.filename = nameOf(number),
                             .fileSize = body.size(),
                             .offset = status.offset,
                             .sha256 = {}});
    auto rest = std::as_bytes(std::span(body)).subspan(file.received());
    while (!rest.empty()) {
        const auto piece = rest.first(std::min(kPiece, rest.size()));
        upload::writeAll(file.descriptor(), piece);
        file.wrote(piece.size());
        rest = rest.subspan(piece.size());
    }
    file.publish();
}

// Stores all files, then ends. It runs in a child of a process with one thread.
[[noreturn]] void storeAllAndExit(const TemporaryFolder& folder,
                                  const std::vector<std::string>& bodies) {
    try {
        testing::TestContext context;
        upload::Store store(settingsFor(folder), context.log());
        for (unsigned file = 0; file < kFiles; ++file) storeFile(store, file, bodies[file]);
        ::_exit(0);
    } catch (...) {
        ::_exit(1);
    }
}

class DurabilityTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DurabilityTest);
    CPPUNIT_TEST(survivesBeingKilledAtAnyMoment);
    CPPUNIT_TEST_SUITE_END();

    const std::vector<std::string> bodies_ = makeBodies();

    // What a killed program left: whole files, and parts that are the beginnings of theirs.
    void expectSound(const TemporaryFolder& folder) const {
        testing::TestContext context;
        upload::Store store(settingsFor(folder), context.log());
        for (unsigned file = 0; file < kFiles; ++file) {
            const auto status = store.status(nameOf(file));
            const auto& body = bodies_[file];
            CPPUNIT_ASSERT(!status.busy);
            if (status.complete) {
                CHECK(body == readFile(folder / nameOf(file)));
            } else if (status.offset > 0) {
                const auto part =
                    readFile(folder.path() / ".berth-upload" / "parts" / nameOf(file));
                CHECK(body.substr(0, status.offset) == part);
            }
        }
    }

public:
    void survivesBeingKilledAtAnyMoment() {
        std::mt19937 random(20240229);
        int killed = 0;
        auto folder = std::make_unique<TemporaryFolder>();
        for (int round = 0; round < scaled(100, 30); ++round) {
            const auto pause = std::chrono::microseconds(random() % 20'000);
            const auto child = ::fork();
            if (child == 0) storeAllAndExit(*folder, bodies_);
            std::this_thread::sleep_for(pause);
            ::kill(child, SIGKILL);
            int status = 0;
            CPPUNIT_ASSERT_EQUAL(child, ::waitpid(child, &status, 0));
            expectSound(*folder);
            if (WIFSIGNALED(status)) {
                ++killed;
            } else {
                CPPUNIT_ASSERT_EQUAL(0, WEXITSTATUS(status));
                folder = std::make_unique<TemporaryFolder>();
            }
        }
        CHECK(killed > 0);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DurabilityTest);

}  // namespace
}  // namespace berth::test
