// tests/host/config/broken_files_test.cpp - every file of broken/ is refused with exactly the text
// beside it. To accept new texts run: BERTH_UPDATE_GOLDEN=1 config_test, and read the difference.
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "host/config/sample_kind.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;

const fs::path kHere = fs::path(BERTH_TEST_SOURCE_DIR) / "tests/host/config";

// The texts hold the paths as they are given, so they are given relative to this folder.
class BrokenFilesTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BrokenFilesTest);
    CPPUNIT_TEST(sayWhatIsWrongWordForWord);
    CPPUNIT_TEST(haveNoTextLeftOver);
    CPPUNIT_TEST(areSafeToPrint);
    CPPUNIT_TEST(sayTheSameInJson);
    CPPUNIT_TEST(pointIntoTheLineTheyShow);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<fs::path> files(const std::string& extension) {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator("broken")) {
            if (entry.path().extension() == extension) found.push_back(entry.path());
        }
        std::ranges::sort(found);
        return found;
    }

    static std::string textOf(const fs::path& file) {
        std::ostringstream out;
        for (const auto& diagnostic : everyError(file)) printText(out, diagnostic);
        return out.str();
    }

    static fs::path expectation(fs::path file) { return file.replace_extension(".txt"); }

public:
    void setUp() override {
        before_ = fs::current_path();
        fs::current_path(kHere);
        ::unsetenv("BERTH_TEST_UNSET");
        ::unsetenv("BERTH_TEST_UNSET_TOO");
    }
    void tearDown() override { fs::current_path(before_); }

    void sayWhatIsWrongWordForWord() {
        const auto all = files(".ini");
        CHECK(all.size() >= 40);
        for (const auto& file : all) {
            const auto text = textOf(file);
            CPPUNIT_ASSERT_MESSAGE(file.string() + " was accepted", !text.empty());
            if (std::getenv("BERTH_UPDATE_GOLDEN") != nullptr) {
                std::ofstream(expectation(file), std::ios::binary) << text;
            }
            CPPUNIT_ASSERT_EQUAL_MESSAGE(file.string(), readFile(expectation(file)), text);
        }
    }

    void haveNoTextLeftOver() {
        for (const auto& text : files(".txt")) {
            auto file = text;
            CPPUNIT_ASSERT_MESSAGE(text.string(), fs::exists(file.replace_extension(".ini")));
        }
    }

    void areSafeToPrint() {
        for (const auto& file : files(".ini")) {
            for (const char c : textOf(file)) {
                const bool plain = static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t';
                CPPUNIT_ASSERT_MESSAGE(file.string(), plain && c != '\x7f');
            }
        }
    }

    void sayTheSameInJson() {
        for (const auto& file : files(".ini")) {
            const auto errors = everyError(file);
            const auto array =
                Poco::JSON::Parser().parse(toJson(errors)).extract<Poco::JSON::Array::Ptr>();
            CPPUNIT_ASSERT_EQUAL(errors.size(), array->size());
            for (unsigned i = 0; i < array->size(); ++i) {
                const auto object = array->getObject(i);
                CPPUNIT_ASSERT_EQUAL(errors[i].position.file.string(),
                                     object->getValue<std::string>("file"));
                CPPUNIT_ASSERT_EQUAL(errors[i].position.line,
                                     object->getValue<std::size_t>("line"));
                CPPUNIT_ASSERT_EQUAL(errors[i].position.column,
                                     object->getValue<std::size_t>("column"));
                CPPUNIT_ASSERT_EQUAL(errors[i].code, object->getValue<std::string>("code"));
                CPPUNIT_ASSERT_EQUAL(errors[i].message, object->getValue<std::string>("message"));
            }
        }
    }

    void pointIntoTheLineTheyShow() {
        for (const auto& file : files(".ini")) {
            for (const auto& error : everyError(file)) {
                if (error.position.line == 0) continue;
                const auto end = error.position.column - 1 + error.position.length;
                CPPUNIT_ASSERT_MESSAGE(oneLine(error), error.position.column >= 1);
                CPPUNIT_ASSERT_MESSAGE(oneLine(error), end <= error.sourceLine.size() + 1);
            }
        }
    }

private:
    fs::path before_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(BrokenFilesTest);

}  // namespace
}  // namespace berth::test
