// tests/host/config/ini_document_test.cpp - sections, keys and their places; limits.
#include "host/config/ini_document.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "host/config/expansion.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::Diagnostic;
using host::IniDocument;

class IniDocumentTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IniDocumentTest);
    CPPUNIT_TEST(readsSectionsAndKeysInOrder);
    CPPUNIT_TEST(knowsEveryPlace);
    CPPUNIT_TEST(takesEveryLineEnding);
    CPPUNIT_TEST(refusesALastLineWithoutItsEnd);
    CPPUNIT_TEST(skipsTheByteOrderMark);
    CPPUNIT_TEST(keepsCaseOfKeysAndSections);
    CPPUNIT_TEST(carriesOnBehindEveryError);
    CPPUNIT_TEST(saysOnceThatASectionIsMissing);
    CPPUNIT_TEST(refusesLargeFiles);
    CPPUNIT_TEST(refusesManySections);
    CPPUNIT_TEST(takesTheLongestLineAndNoLonger);
    CPPUNIT_TEST(stopsAfterManyErrors);
    CPPUNIT_TEST(takesManyKeysAndNoMore);
    CPPUNIT_TEST(refusesAValueThatVariablesMakeLong);
    CPPUNIT_TEST(expandsVariablesOnce);
    CPPUNIT_TEST(neverExpandsCommands);
    CPPUNIT_TEST(leavesOtherDollarsAlone);
    CPPUNIT_TEST_SUITE_END();

    static IniDocument parse(std::string_view text) {
        std::vector<Diagnostic> errors;
        auto document = host::parseIni("a.ini", text, errors);
        for (const auto& error : errors) CPPUNIT_FAIL(oneLine(error));
        return document;
    }

    static std::vector<std::string> codes(std::string_view text) {
        std::vector<Diagnostic> errors;
        (void)host::parseIni("a.ini", text, errors);
        std::vector<std::string> result;
        for (const auto& error : errors) {
            result.push_back(error.code + "@" + std::to_string(error.position.line));
        }
        return result;
    }

    static std::string expanded(const std::string& line) {
        auto document = parse("[a]\n" + line + "\n");
        std::vector<Diagnostic> errors;
        expandEnvironment(document, errors);
        for (const auto& error : errors) CPPUNIT_FAIL(oneLine(error));
        return document.sections.at(0).entries.at(0).value;
    }

public:
    void readsSectionsAndKeysInOrder() {
        const auto document = parse("[b]\nz = 1\na =\n\n# c\n ; d\n[a:x] ; e\nk=v=w\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, document.sections.size());
        const auto& first = document.sections[0];
        CPPUNIT_ASSERT_EQUAL(std::string("b"), first.name);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, first.entries.size());
        CPPUNIT_ASSERT_EQUAL(std::string("z"), first.entries[0].key);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), first.entries[0].value);
        CPPUNIT_ASSERT_EQUAL(std::string(), first.entries[1].value);
        CPPUNIT_ASSERT_EQUAL(std::string("a:x"), document.sections[1].name);
        CPPUNIT_ASSERT_EQUAL(std::string("v=w"), document.sections[1].entries[0].value);
    }

    void knowsEveryPlace() {
        const auto document = parse("# c\n [ host ]\n\tkey\t =  \"value\" # c\n");
        const auto& section = document.sections.at(0);
        CPPUNIT_ASSERT_EQUAL(std::string("host"), section.name);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, section.position.line);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, section.position.column);
        const auto& entry = section.entries.at(0);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, entry.keyPosition.line);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, entry.keyPosition.column);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, entry.keyPosition.length);
        CPPUNIT_ASSERT_EQUAL(std::size_t{11}, entry.valuePosition.column);
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, entry.valuePosition.length);
        CPPUNIT_ASSERT_EQUAL(std::string("\tkey\t =  \"value\" # c"), entry.sourceLine);
    }

    void takesEveryLineEnding() {
        for (const auto* text :
             {"[a]\r\nk = v\r\n", "[a]\nk = v\n", "[a]\nk = v\r\n", "[a]\n\n\nk = v\n\n"}) {
            CPPUNIT_ASSERT_EQUAL(std::string("v"), parse(text).sections.at(0).entries.at(0).value);
        }
        CHECK(isEmpty(parse("").sections));
        CHECK(isEmpty(parse("\n").sections));
        CHECK(codes("[a]\rk = v\n") == std::vector<std::string>{"control-character@1"});
    }

    void refusesALastLineWithoutItsEnd() {
        for (const auto* text : {"[a]\nk = v", "[a]\n# comment", "[a]\n  ", "[a]\nk = v\r"}) {
            CPPUNIT_ASSERT_MESSAGE(text,
                                   codes(text) == std::vector<std::string>{"unfinished-line@2"});
        }
        // What else is wrong with it follows from the cut, or is told first.
        CHECK(codes("[a]\n[b") == std::vector<std::string>{"unclosed-bracket@2"});
    }

    void skipsTheByteOrderMark() {
        const auto document = parse("\xef\xbb\xbf[a]\nk = v\n");
        CPPUNIT_ASSERT_EQUAL(std::string("a"), document.sections.at(0).name);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, document.sections.at(0).position.column);
    }

    void keepsCaseOfKeysAndSections() {
        const auto document = parse("[a]\nk = 1\nK = 2\n[A]\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, document.sections.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, document.sections[0].entries.size());
    }

    void carriesOnBehindEveryError() {
        const std::vector<std::string> expected{"junk-line@2",         "duplicate-key@4",
                                                "unclosed-bracket@5",  "empty-key@6",
                                                "duplicate-section@7", "unclosed-quote@8"};
        CHECK(codes("[a]\njunk\nk = 1\nk = 2\n[b\n= x\n[a]\nz = \"\n") == expected);
    }

    void saysOnceThatASectionIsMissing() {
        CHECK(codes("a = 1\nb = 2\n") == std::vector<std::string>{"outside-section@1"});
    }

    void refusesLargeFiles() {
        const std::string comment(host::kMaxIniFile, '\n');
        CHECK(isEmpty(codes(comment)));
        CHECK(codes(comment + "\n") == std::vector<std::string>{"file-too-large@0"});
    }

    void refusesManySections() {
        std::string text;
        for (std::size_t i = 0; i < host::kMaxIniSections; ++i) {
            text += "[s" + std::to_string(i) + "]\n";
        }
        CHECK(isEmpty(codes(text)));
        CHECK(codes(text + "[more]\n") == std::vector<std::string>{"too-many-sections@4097"});
    }

    void takesTheLongestLineAndNoLonger() {
        const auto line = "k = " + std::string(host::kMaxIniLine - 4, 'x');
        CHECK(isEmpty(codes("[a]\n" + line + "\r\n")));
        CHECK(codes("[a]\n" + line + "x\n") == std::vector<std::string>{"line-too-long@2"});
    }

    void stopsAfterManyErrors() {
        std::string text;
        for (int i = 0; i < 1'000'000; ++i) text += "j\n";
        const auto found = codes(text);
        CPPUNIT_ASSERT_EQUAL(host::kMaxIniErrors + 1, found.size());
        CPPUNIT_ASSERT_EQUAL(std::string("too-many-errors@200"), found.back());
    }

    void takesManyKeysAndNoMore() {
        std::string text = "[a]\n";
        for (std::size_t i = 0; i < host::kMaxIniKeys; ++i) {
            text += "k" + std::to_string(i) + " = " + "v\n";
        }
        CPPUNIT_ASSERT_EQUAL(host::kMaxIniKeys, parse(text).sections.at(0).entries.size());
        CHECK(codes(text + "x = v\ny = v\n") == std::vector<std::string>{"too-many-keys@50002"});
    }

    void refusesAValueThatVariablesMakeLong() {
        ::setenv("BERTH_TEST_LONG", std::string(40'000, 'x').c_str(), 1);
        auto document = parse("[a]\nk = ${env:BERTH_TEST_LONG}\nl = ${env:BERTH_TEST_LONG}" +
                              std::string("${env:BERTH_TEST_LONG}\n"));
        std::vector<Diagnostic> errors;
        expandEnvironment(document, errors);
        ::unsetenv("BERTH_TEST_LONG");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, errors.size());
        CPPUNIT_ASSERT_EQUAL(std::string("value-too-long"), errors.front().code);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, errors.front().position.line);
    }

    void expandsVariablesOnce() {
        ::setenv("BERTH_TEST_SET", "${env:HOME} \" ; x", 1);
        CPPUNIT_ASSERT_EQUAL(std::string("a ${env:HOME} \" ; x b"),
                             expanded("k = a ${env:BERTH_TEST_SET} b"));
        CPPUNIT_ASSERT_EQUAL(std::string("${env:HOME} \" ; x${env:HOME} \" ; x"),
                             expanded("k = \"${env:BERTH_TEST_SET}${env:BERTH_TEST_SET}\""));
        ::unsetenv("BERTH_TEST_SET");
    }

    void neverExpandsCommands() {
        CPPUNIT_ASSERT_EQUAL(std::string("/bin/echo ${env:HOME}"),
                             expanded("command.x = /bin/echo ${env:HOME}"));
    }

    void leavesOtherDollarsAlone() {
        for (const auto* text : {"${x}", "$HOME", "${", "$", "${ENV:HOME}", "$$", "{env:HOME}"}) {
            CPPUNIT_ASSERT_EQUAL(std::string(text), expanded(std::string("k = ") + text));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("a ${env:HOME} b"), expanded("k = a $${env:HOME} b"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IniDocumentTest);

}  // namespace
}  // namespace berth::test
