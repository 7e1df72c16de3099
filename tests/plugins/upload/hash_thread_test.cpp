// tests/plugins/upload/hash_thread_test.cpp - bytes hashed in order, wherever they were put.
#include "upload/hash_thread.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

#include "upload_fixture.h"

namespace berth::test {
namespace {

using upload::HashThread;
using upload::Sha256;

class HashThreadTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HashThreadTest);
    CPPUNIT_TEST(hashesNothing);
    CPPUNIT_TEST(hashesBytesThatItCopies);
    CPPUNIT_TEST(hashesBytesThatLieInItsRoom);
    CPPUNIT_TEST(mixesBothWays);
    CPPUNIT_TEST(canBeLeftBeforeItIsFinished);
    CPPUNIT_TEST_SUITE_END();

    const std::string content_ = someBytes(3'000'000);
    const std::span<const std::byte> bytes_ = std::as_bytes(std::span(content_));

    static void putIntoRoom(HashThread& hasher, std::span<const std::byte> bytes) {
        while (!bytes.empty()) {
            const auto room = hasher.room();
            const auto part = bytes.first(std::min(bytes.size(), room.size()));
            std::ranges::copy(part, room.begin());
            hasher.add(room.first(part.size()));
            bytes = bytes.subspan(part.size());
        }
    }

public:
    void hashesNothing() {
        Sha256 digest;
        HashThread(digest).finish();
        CPPUNIT_ASSERT_EQUAL(sha256Of(""), digest.finish());
    }

    void hashesBytesThatItCopies() {
        for (const std::size_t size : {7UL, 65'536UL, 1'000'000UL, content_.size()}) {
            Sha256 digest;
            HashThread hasher(digest);
            for (std::size_t at = 0; at < bytes_.size(); at += size) {
                hasher.add(bytes_.subspan(at, std::min(size, bytes_.size() - at)));
            }
            hasher.finish();
            CPPUNIT_ASSERT_EQUAL(sha256Of(content_), digest.finish());
        }
    }

    void hashesBytesThatLieInItsRoom() {
        Sha256 digest;
        HashThread hasher(digest);
        putIntoRoom(hasher, bytes_);
        hasher.finish();
        CPPUNIT_ASSERT_EQUAL(sha256Of(content_), digest.finish());
    }

    void mixesBothWays() {
        Sha256 digest;
        HashThread hasher(digest);
        hasher.add(bytes_.first(100'000));
        putIntoRoom(hasher, bytes_.subspan(100'000, 1'000'000));
        hasher.add(bytes_.subspan(1'100'000));
        hasher.finish();
        CPPUNIT_ASSERT_EQUAL(sha256Of(content_), digest.finish());
    }

    void canBeLeftBeforeItIsFinished() {
        Sha256 digest;
        HashThread hasher(digest);
        hasher.add(bytes_);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HashThreadTest);

}  // namespace
}  // namespace berth::test
