// tests/plugins/upload/space_test.cpp - promises of room, with a disk that the test makes up.
#include "upload/space.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "support/check.h"
#include "upload/refusal.h"

namespace berth::test {
namespace {

using upload::Refusal;
using upload::RefusalCode;
using upload::Space;

class SpaceTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SpaceTest);
    CPPUNIT_TEST(promisesNoMoreThanIsFree);
    CPPUNIT_TEST(writtenBytesAreNotPromisedTwice);
    CPPUNIT_TEST(stopsAWriterAtTheFloor);
    CPPUNIT_TEST(aCountDuringAChangeIsNotUsed);
    CPPUNIT_TEST(countsOnlyWhenALimitIsSet);
    CPPUNIT_TEST_SUITE_END();

    std::uint64_t free_ = 1000;
    std::uint64_t onDisk_ = 0;
    int counts_ = 0;
    std::function<void()> whileCounting_;

    Space::Disk disk() {
        return {[this](const std::set<std::string>&) {
                    ++counts_;
                    const auto bytes = onDisk_;
                    if (whileCounting_) whileCounting_();
                    return bytes;
                },
                [this] { return free_; }};
    }

    static std::optional<RefusalCode> refusalOf(Space& space, const Space::Need& need) {
        try {
            static_cast<void>(space.reserve("other", need));
            return std::nullopt;
        } catch (const Refusal& refusal) {
            return refusal.code();
        }
    }

public:
    void promisesNoMoreThanIsFree() {
        Space space({.total = 0, .minFree = 100}, disk());
        const auto first = space.reserve("a", {.fileSize = 600});
        CHECK(refusalOf(space, {.fileSize = 301}) == RefusalCode::NoSpace);
        CPPUNIT_ASSERT(!refusalOf(space, {.fileSize = 300}));
        // A part that is started over makes room on the disk itself.
        CPPUNIT_ASSERT(!refusalOf(space, {.fileSize = 350, .stored = 50, .kept = 0}));
        CPPUNIT_ASSERT(!refusalOf(space, {.fileSize = 350, .stored = 50, .kept = 50}));
    }

    void writtenBytesAreNotPromisedTwice() {
        Space space({.total = 0, .minFree = 0}, disk());
        auto promise = space.reserve("a", {.fileSize = 600});
        free_ = 500;  // 500 of the 600 are written
        promise.wrote(500);
        CHECK(refusalOf(space, {.fileSize = 401}) == RefusalCode::NoSpace);
        CPPUNIT_ASSERT(!refusalOf(space, {.fileSize = 400}));
    }

    void stopsAWriterAtTheFloor() {
        Space space({.total = 0, .minFree = 100}, disk());
        auto promise = space.reserve("a", {.fileSize = 600});
        free_ = 100;
        promise.wrote(300);
        free_ = 99;
        CPPUNIT_ASSERT_THROW(promise.wrote(1), Refusal);
    }

    void aCountDuringAChangeIsNotUsed() {
        onDisk_ = 900;
        Space space({.total = 1000, .minFree = 0}, disk());
        onDisk_ = 0;  // wrong while a change goes on
        {
            const auto change = space.change();
            CHECK(refusalOf(space, {.fileSize = 200}) == RefusalCode::QuotaExceeded);
        }
        whileCounting_ = [&space] { static_cast<void>(space.change()); };
        CHECK(refusalOf(space, {.fileSize = 200}) == RefusalCode::QuotaExceeded);
        whileCounting_ = {};
        CPPUNIT_ASSERT(!refusalOf(space, {.fileSize = 200}));
    }

    void countsOnlyWhenALimitIsSet() {
        Space space({.total = 0, .minFree = 0}, disk());
        CPPUNIT_ASSERT(!refusalOf(space, {.fileSize = 900}));
        CPPUNIT_ASSERT_EQUAL(0, counts_);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SpaceTest);

}  // namespace
}  // namespace berth::test
