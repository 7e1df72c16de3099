// tests/host/config/fuzz_test.cpp - cut, changed and random files: nothing crashes, and a key that
// is not spelled right is never accepted.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "host/config/sample_kind.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

constexpr std::string_view kComplete = R"ini(; every sort of line
[host]
plugins = plugins, /usr/lib/berth  # two
log_level = debug
log_rotate_size = 1M

[control]
listen = 127.0.0.1:7400, unix:state/control.sock
idle_timeout = 10m

[service:shout]
plugin = sample
listen = 7002, [::1]:7002
engine = fibers
max_connections = 1000
rate = 100/s
idle_timeout = 5m
allow = 127.0.0.0/8, ::1
message = "say \"hi\" ; not a comment"
pause = 3s
command.list = /bin/ls "{path?}"

[service:plain]
listen = 7003
)ini";

class FuzzTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FuzzTest);
    CPPUNIT_TEST(acceptsTheWholeFile);
    CPPUNIT_TEST(survivesEveryPrefix);
    CPPUNIT_TEST(refusesEveryMisspelledKey);
    CPPUNIT_TEST(refusesEveryMisspelledSection);
    CPPUNIT_TEST(survivesChangedBytes);
    CPPUNIT_TEST(survivesRandomText);
    CPPUNIT_TEST_SUITE_END();

    using Errors = std::vector<host::Diagnostic>;

    Errors check(std::string_view text) {
        auto errors = everyError(folder_.write("berth.ini", text));
        std::ostringstream printed;
        for (const auto& error : errors) printText(printed, error);
        (void)toJson(errors);
        return errors;
    }

    // Every word that `text` becomes by one slip of a finger.
    static std::set<std::string> slips(const std::string& word) {
        std::set<std::string> result;
        for (std::size_t i = 0; i < word.size(); ++i) {
            auto removed = word;
            result.insert(removed.erase(i, 1));
            auto changed = word;
            changed[i] = changed[i] == 'x' ? 'y' : 'x';
            result.insert(changed);
            auto upper = word;
            upper[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(upper[i])));
            result.insert(upper);
            auto swapped = word;
            if (i > 0) std::swap(swapped[i - 1], swapped[i]);
            result.insert(swapped);
            auto added = word;
            result.insert(added.insert(i, 1, 'z'));
        }
        result.erase(word);
        return result;
    }

    TemporaryFolder folder_;

public:
    void acceptsTheWholeFile() {
        for (const auto& error : check(kComplete)) CPPUNIT_FAIL(oneLine(error));
    }

    void survivesEveryPrefix() {
        for (std::size_t length = 0; length <= kComplete.size(); ++length) {
            const auto errors = check(kComplete.substr(0, length));
            const auto lines =
                static_cast<std::size_t>(std::ranges::count(kComplete.substr(0, length), '\n'));
            for (const auto& error : errors) CHECK(error.position.line <= lines + 1);
            // One that ends within a line was cut short, and one without a section emptied.
            const auto prefix = kComplete.substr(0, length);
            const bool whole = prefix.ends_with('\n') && prefix.find('[') != std::string_view::npos;
            CPPUNIT_ASSERT_MESSAGE(std::string(prefix), whole || !errors.empty());
        }
    }

    void refusesEveryMisspelledKey() {
        std::istringstream lines{std::string(kComplete)};
        std::size_t offset = 0;
        for (std::string line; std::getline(lines, line); offset += line.size() + 1) {
            const auto equals = line.find(" = ");
            if (equals == std::string::npos || line.starts_with(';')) continue;
            const auto key = line.substr(0, equals);
            for (const auto& slip : slips(key)) {
                if (slip.starts_with("command.") && slip.size() > 8) continue;  // another command
                auto text = std::string(kComplete);
                text.replace(offset, key.size(), slip);
                const auto errors = check(text);
                CPPUNIT_ASSERT_MESSAGE("accepted: " + slip, !errors.empty());
            }
        }
    }

    void refusesEveryMisspelledSection() {
        for (const std::string name : {"host", "control", "service:"}) {
            for (const auto& slip : slips(name)) {
                if (slip.starts_with("service:")) continue;  // another service
                auto text = std::string(kComplete);
                const auto at = text.find("[" + name) + 1;
                text.replace(at, name.size(), slip);
                CPPUNIT_ASSERT_MESSAGE("accepted: " + slip, !check(text).empty());
            }
        }
    }

    void survivesChangedBytes() {
        std::mt19937 random(20240601);  // NOLINT: the same bytes in every run
        for (int round = 0; round < 800; ++round) {
            auto text = std::string(kComplete);
            for (int change = 0; change < 3; ++change) {
                text[random() % text.size()] = static_cast<char>(random());
            }
            (void)check(text);
        }
    }

    void survivesRandomText() {
        constexpr std::string_view kLikely =
            "[]=;#\"\\ \n\r\t:,.*/$ {}env:service:listen\0\xff\xe6";
        std::mt19937 random(7);  // NOLINT: the same bytes in every run
        for (int round = 0; round < 800; ++round) {
            std::string text;
            const auto length = random() % 200;
            for (std::size_t i = 0; i < length; ++i) text += kLikely[random() % kLikely.size()];
            (void)check(text);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FuzzTest);

}  // namespace
}  // namespace berth::test
