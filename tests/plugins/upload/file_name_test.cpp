// tests/plugins/upload/file_name_test.cpp - names that clients send, honest and hostile.
#include "upload/file_name.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "support/check.h"
#include "upload/refusal.h"
#include "upload_fixture.h"

namespace berth::test {
namespace {

using upload::checkedName;
using upload::Directories;

class FileNameTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FileNameTest);
    CPPUNIT_TEST(takesEveryOrdinaryName);
    CPPUNIT_TEST(takesTheLastComponentOfAPath);
    CPPUNIT_TEST(refusesEveryBadName);
    CPPUNIT_TEST(refusesPathsUnlessToldToStrip);
    CPPUNIT_TEST(nothingOutsideTheDirectoryIsTouched);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<std::string> badNames() {
        using namespace std::string_literals;
        return {"",
                ".",
                "..",
                ".hidden",
                ".berth-upload",
                "a\0b"s,
                "a\nb",
                "a\tb",
                "\x7F",
                "\xC2\x85",
                "\xFF",
                "a\xC0\xAF",
                "a\xE2\x82",
                "\xED\xA0\x80",
                "\xF5\x80\x80\x80",
                "\x80",
                std::string(256, 'n')};
    }

    static void expectRefused(const std::string& name, Directories directories) {
        CPPUNIT_ASSERT_THROW_MESSAGE(name, static_cast<void>(checkedName(name, directories)),
                                     upload::Refusal);
    }

public:
    void takesEveryOrdinaryName() {
        for (const std::string name : {"a", "a.txt", "a..b", "~", "-rf", "a b", "\"q\"", "$(x)",
                                       "CON", "文件.txt", "\xF0\x9F\x98\x80", "caf\xC3\xA9"}) {
            CPPUNIT_ASSERT_EQUAL(name, checkedName(name, Directories::Refuse));
        }
        const std::string longest(255, 'n');
        CPPUNIT_ASSERT_EQUAL(longest, checkedName(longest, Directories::Refuse));
    }

    void takesTheLastComponentOfAPath() {
        const std::string name = "b.txt";
        for (const auto* path : {"/a/b.txt", R"(C:\Users\a\b.txt)", R"(a/..\b.txt)", "../b.txt",
                                 R"(..\..\b.txt)", "a/../../b.txt", "/b.txt"}) {
            CPPUNIT_ASSERT_EQUAL(name, checkedName(path, Directories::Strip));
        }
    }

    void refusesEveryBadName() {
        for (const auto& name : badNames()) {
            expectRefused(name, Directories::Refuse);
            expectRefused(name, Directories::Strip);
            expectRefused("folder/" + name, Directories::Strip);
        }
    }

    void refusesPathsUnlessToldToStrip() {
        for (const auto* path : {"../x", "/etc/passwd", R"(..\..\x)", "a/../../b", "x/",
                                 ".berth-upload/x", R"(C:\x)"}) {
            expectRefused(path, Directories::Refuse);
        }
    }

    void nothingOutsideTheDirectoryIsTouched() {
        UploadFixture fixture(Values{{"strip_directories", "off"}});
        for (const auto* name :
             {"../x", "/tmp/x", R"(..\\..\\x)", "a/../../b", "..", ".", ".berth-upload/parts/x",
              ".hidden", R"(a\u0000b)", R"(a\nb)", ""}) {
            const auto outcome = fixture.outcomes({putHeader(name, 4), "evil"});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string("400 bad-name"), outcome);
        }
        CHECK(isEmpty(fixture.names()));
        CPPUNIT_ASSERT(std::filesystem::is_empty(fixture.part("")));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FileNameTest);

}  // namespace
}  // namespace berth::test
