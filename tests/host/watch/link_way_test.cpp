// tests/host/watch/link_way_test.cpp - the links on the way to a file.
#include "host/watch/link_way.h"

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <string>

#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;

class LinkWayTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LinkWayTest);
    CPPUNIT_TEST(isEmptyWithoutLinks);
    CPPUNIT_TEST(namesLinksOfLinks);
    CPPUNIT_TEST(endsAtWhatIsMissing);
    CPPUNIT_TEST(endsInACircle);
    CPPUNIT_TEST_SUITE_END();

    // The links of the way, below the folder of the test.
    std::string links(const std::string& path) const {
        std::string text;
        for (const auto& link : host::linkWay(root_ / path).links) {
            const auto place = (link.folder / link.name).lexically_relative(root_);
            text += (text.empty() ? "" : " ") + place.string();
        }
        return text;
    }

    void isEmptyWithoutLinks() {
        folder_.write("a/b.ini", "");
        CPPUNIT_ASSERT_EQUAL(std::string(), links("a/b.ini"));
        CHECK(host::linkWay(root_ / "a/../a/./b.ini").real == root_ / "a/b.ini");
    }

    void namesLinksOfLinks() {
        folder_.write("v1/greet.ini", "");
        fs::create_symlink("v1", root_ / "..data");
        fs::create_symlink("..data/greet.ini", root_ / "greet.ini");
        fs::create_symlink(root_ / "greet.ini", root_ / "far");
        CPPUNIT_ASSERT_EQUAL(std::string("far greet.ini ..data"), links("far"));
        CHECK(host::linkWay(root_ / "far").real == root_ / "v1/greet.ini");
    }

    void endsAtWhatIsMissing() {
        fs::create_symlink("nowhere/x", root_ / "dangling");
        CPPUNIT_ASSERT_EQUAL(std::string("dangling nowhere"), links("dangling"));
        CHECK(isEmpty(host::linkWay(root_ / "dangling").real));
    }

    void endsInACircle() {
        fs::create_symlink("b", root_ / "a");
        fs::create_symlink("a", root_ / "b");
        CHECK(isEmpty(host::linkWay(root_ / "a").real));
    }

    const TemporaryFolder folder_;
    const fs::path root_ = fs::canonical(folder_.path());
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkWayTest);

}  // namespace
}  // namespace berth::test
