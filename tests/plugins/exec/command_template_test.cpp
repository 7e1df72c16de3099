// tests/plugins/exec/command_template_test.cpp - arguments of clients put into a template.
#include <cppunit/extensions/HelperMacros.h>
#include <sys/resource.h>

#include <chrono>
#include <ctime>

#include "exec/command_template.h"
#include "support/check.h"

namespace berth::test {
namespace {

using exec::Arguments;
using exec::CommandTemplate;
using exec::RequestError;

std::variant<std::string, RequestError> markPath(const std::string& path, exec::ParameterType) {
    if (path == "outside") return RequestError{exec::code::kForbidden, "no"};
    return "resolved:" + path;
}

// The arguments behind the program, with a bar between two; or the error.
std::string bound(const std::string& text, const std::vector<std::string>& values) {
    const auto result = CommandTemplate("/bin/x " + text).bind(values, markPath);
    if (const auto* error = std::get_if<RequestError>(&result)) {
        return "error " + std::string(error->code) + ' ' + error->text;
    }
    const auto& arguments = std::get<Arguments>(result);
    CPPUNIT_ASSERT_EQUAL(std::string("/bin/x"), arguments.front());
    std::string joined;
    for (std::size_t i = 1; i < arguments.size(); ++i) joined += arguments[i] + '|';
    return joined;
}

class CommandTemplateTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommandTemplateTest);
    CPPUNIT_TEST(keepsFixedWords);
    CPPUNIT_TEST(fillsRequiredArguments);
    CPPUNIT_TEST(leavesOutOptionalWordsWithoutAValue);
    CPPUNIT_TEST(spreadsTheRestOverWords);
    CPPUNIT_TEST(fillsPlaceholdersWithinAWord);
    CPPUNIT_TEST(countsArguments);
    CPPUNIT_TEST(checksIntegers);
    CPPUNIT_TEST(checksPatternsAgainstTheWholeArgument);
    CPPUNIT_TEST(resolvesPaths);
    CPPUNIT_TEST(takesPathsForWhatIsCalledPath);
    CPPUNIT_TEST(checksEachOfTheRest);
    CPPUNIT_TEST(guardsTheFirstPlaceholderOfAWord);
    CPPUNIT_TEST(makesNoOptionOfWhatIsLeftEmpty);
    CPPUNIT_TEST(boundsWhatAMatchCosts);
    CPPUNIT_TEST(boundsTheSizeOfATemplate);
    CPPUNIT_TEST_SUITE_END();

public:
    void keepsFixedWords() {
        CPPUNIT_ASSERT_EQUAL(std::string("-l|a b|{x}|\"||||"),
                             bound("-l 'a b' '{x}' '\"' '|' ''", {}));
        CPPUNIT_ASSERT_EQUAL(std::string("a\\b|c\"d\\|"), bound("'a\\b' \"c\\\"d\\\\\"", {}));
    }

    void fillsRequiredArguments() {
        CPPUNIT_ASSERT_EQUAL(std::string("1|-to|2|"), bound("{a} -to {b}", {"1", "2"}));
        CPPUNIT_ASSERT_EQUAL(std::string("|"), bound("{a}", {""}));
    }

    void leavesOutOptionalWordsWithoutAValue() {
        CPPUNIT_ASSERT_EQUAL(std::string("1|"), bound("{a} {b?} --c={c?}", {"1"}));
        CPPUNIT_ASSERT_EQUAL(std::string("1|2|--c=3|"),
                             bound("{a} {b?} --c={c?}", {"1", "2", "3"}));
    }

    void spreadsTheRestOverWords() {
        CPPUNIT_ASSERT_EQUAL(std::string("end|"), bound("{a...} end", {}));
        CPPUNIT_ASSERT_EQUAL(std::string("1|2|3|end|"), bound("{a} {b...} end", {"1", "2", "3"}));
    }

    void fillsPlaceholdersWithinAWord() {
        CPPUNIT_ASSERT_EQUAL(std::string("--depth=4|"), bound("--depth={n:int}", {"4"}));
        CPPUNIT_ASSERT_EQUAL(std::string("a:b.c|"), bound("{x}:{y}.c", {"a", "b"}));
        CPPUNIT_ASSERT_EQUAL(std::string("pre{1}|"), bound("'pre{'{x}'}'", {"1"}));
    }

    void countsArguments() {
        CPPUNIT_ASSERT_EQUAL(std::string("error bad-arguments <b:int> is missing"),
                             bound("{a} {b:int}", {"1"}));
        CPPUNIT_ASSERT_EQUAL(std::string("error bad-arguments it takes at most 1 argument"),
                             bound("{a}", {"1", "2"}));
        CPPUNIT_ASSERT_EQUAL(std::string("error bad-arguments it takes no arguments"),
                             bound("-l", {"1"}));
    }

    void checksIntegers() {
        for (const std::string value : {"0", "42", "9223372036854775807", "007"}) {
            CPPUNIT_ASSERT_EQUAL(value + '|', bound("{n:int}", {value}));
        }
        for (const std::string value :
             {"x", "1x", "0x10", "1.5", "+1", "9223372036854775808", "1e3"}) {
            CPPUNIT_ASSERT_EQUAL("error bad-arguments " + value + " is not a whole number",
                                 bound("{n:int}", {value}));
        }
        CHECK(startsWith(bound("{n:int}", {""}), "error"));
        CPPUNIT_ASSERT_EQUAL(std::string("-n-3|"), bound("-n{n:int}", {"-3"}));
    }

    void checksPatternsAgainstTheWholeArgument() {
        CPPUNIT_ASSERT_EQUAL(std::string("ab|"), bound("{x:/a|ab/}", {"ab"}));
        for (const std::string value : {"xab", "abx", "", "a\nab"}) {
            CHECK(startsWith(bound("{x:/a|ab/}", {value}), "error bad-arguments"));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("2024-05|"),
                             bound("{d:/[0-9]{4}-[0-9]{2}/}", {"2024-05"}));
        CPPUNIT_ASSERT_EQUAL(std::string("a/b c|"), bound("{d:/a\\/b c/}", {"a/b c"}));
    }

    void resolvesPaths() {
        CPPUNIT_ASSERT_EQUAL(std::string("resolved:a|"), bound("{p:path}", {"a"}));
        CPPUNIT_ASSERT_EQUAL(std::string("--in=resolved:a|"), bound("--in={p:path}", {"a"}));
        CPPUNIT_ASSERT_EQUAL(std::string("error forbidden no"), bound("{p:path}", {"outside"}));
        CPPUNIT_ASSERT_EQUAL(std::string("error bad-arguments a path is not empty"),
                             bound("{p:path}", {""}));
    }

    void takesPathsForWhatIsCalledPath() {
        CPPUNIT_ASSERT_EQUAL(std::string("resolved:a|"), bound("{path}", {"a"}));
        CPPUNIT_ASSERT_EQUAL(std::string("error forbidden no"), bound("{path?}", {"outside"}));
        CPPUNIT_ASSERT_EQUAL(std::string("outside|"), bound("{path:text}", {"outside"}));
        CPPUNIT_ASSERT_EQUAL(std::string("7|"), bound("{path:int}", {"7"}));
        CPPUNIT_ASSERT_EQUAL(std::string("[path]"), CommandTemplate("/bin/x {path?}").usage());
    }

    void checksEachOfTheRest() {
        CPPUNIT_ASSERT_EQUAL(std::string("resolved:a|resolved:b|"),
                             bound("{p...:path}", {"a", "b"}));
        CPPUNIT_ASSERT_EQUAL(std::string("error forbidden no"),
                             bound("{p...:path}", {"a", "b", "outside"}));
        CHECK(startsWith(bound("{p...}", {"a", "-b"}), "error bad-arguments -b begins"));
        CPPUNIT_ASSERT_EQUAL(std::string("--|-b|"), bound("-- {p...}", {"-b"}));
    }

    // An empty first value must not let the second one become an option.
    void guardsTheFirstPlaceholderOfAWord() {
        CHECK(startsWith(bound("{a}{b}", {"", "-x"}), "error bad-arguments"));
        CHECK(startsWith(bound("''{a}", {"-x"}), "error bad-arguments"));
        CHECK(startsWith(bound("{a:/.*/}", {"-x"}), "error bad-arguments"));
        CPPUNIT_ASSERT_EQUAL(std::string("-x|"), bound("{a:/(-x|y)/}", {"-x"}));
        CPPUNIT_ASSERT_EQUAL(std::string("-x|"), bound("{a:/[-xy]*/}", {"-x"}));
    }

    void makesNoOptionOfWhatIsLeftEmpty() {
        const auto refused = [](const std::string& text, const std::vector<std::string>& values) {
            return bound(text, values).starts_with("error bad-arguments -");
        };
        CPPUNIT_ASSERT(refused("{x}-{y}", {"", "la"}));
        CPPUNIT_ASSERT(refused("{x}--{y}", {"", "all"}));
        CPPUNIT_ASSERT(refused("{x}{y}{z}", {"", "", "-l"}));
        CPPUNIT_ASSERT(refused("{x}-", {""}));
        CPPUNIT_ASSERT(refused("{x:/-?/}{y}", {"", "-l"}));
        CPPUNIT_ASSERT(refused("{x}{p:path}", {"", "-l"}));
        CPPUNIT_ASSERT_EQUAL(std::string("a-la|"), bound("{x}-{y}", {"a", "la"}));
        CPPUNIT_ASSERT_EQUAL(std::string("-la|"), bound("-{x}{y}", {"", "la"}));
        CPPUNIT_ASSERT_EQUAL(std::string("--|-la|"), bound("-- {x}-{y}", {"", "la"}));
        CPPUNIT_ASSERT_EQUAL(std::string("-l|"), bound("{x:/-?/}{y}", {"-", "l"}));
    }

    // Neither steps without end nor a stack that is overrun, and nothing is remembered of it.
    void boundsWhatAMatchCosts() {
        const std::string text(60'000, 'a');
        CPPUNIT_ASSERT_EQUAL(text + '|', bound("{x:/[ab]*/}", {text}));
        for (const std::string pattern :
             {"(a*)*b", "(a+)+x", "(a|aa)+x", "(((a|b)|c)*)*x", "(a|b)*"}) {
            const auto before = cpuTime();
            const auto answer = bound("{x:/" + pattern + "/}", {text});
            CHECK(cpuTime() - before < std::chrono::seconds(5));
            // Versions of PCRE differ in what they can tell without any step.
            CPPUNIT_ASSERT(pattern == "(a|b)*" || answer.starts_with("error bad-arguments "));
        }
    }

    // That this thread has used so far.
    static std::chrono::nanoseconds cpuTime() {
        timespec used{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
        return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
    }

    // That this process ever had, in KiB.
    static long mostMemory() {
        rusage used{};
        ::getrusage(RUSAGE_SELF, &used);
        return used.ru_maxrss;
    }

    void boundsTheSizeOfATemplate() {
        const auto refused = [](const std::string& text) {
            try {
                const CommandTemplate command("/bin/x " + text);
            } catch (const ValueError&) {
                return true;
            }
            return false;
        };
        const std::string nested = "(((a{1,255}){1,255}){1,255}){1,255}";
        const auto before = mostMemory();
        CPPUNIT_ASSERT(refused("{x:/" + nested + "/}"));
        CHECK(mostMemory() - before < 64 * 1024);
        CPPUNIT_ASSERT(refused("{x:/" + std::string(300, '(') + std::string(300, ')') + "/}"));
        CPPUNIT_ASSERT(refused("{x:/" + std::string(513, 'a') + "/}"));
        CPPUNIT_ASSERT(refused("{x:/a)|(b/}"));
        CPPUNIT_ASSERT(refused("{x:/(a)\\1/}"));
        CPPUNIT_ASSERT(refused(std::string(4096, 'a')));
        std::string many;
        for (int i = 0; i < 33; ++i) many += "{n" + std::to_string(i) + "} ";
        CPPUNIT_ASSERT(refused(many));
        CPPUNIT_ASSERT(!refused("{x:/" + std::string(512, 'a') + "/}"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandTemplateTest);

}  // namespace
}  // namespace berth::test
