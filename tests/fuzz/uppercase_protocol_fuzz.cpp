// tests/fuzz/uppercase_protocol_fuzz.cpp - an uppercase service and its clients: every byte comes
// back at once, until a line or a chunk is the word to leave.
#include <algorithm>
#include <string>

#include "berth/testing/plugin_under_test.h"
#include "berth/testing/test_context.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/model/expected.h"
#include "fuzz/protocol/serve.h"

namespace berth::fuzz {
namespace {

constexpr std::string_view kWord = "exit";

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

bool isWord(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line == kWord;
}

// What comes back to a client of ASCII.
std::string answerTo(const Script& script) {
    std::string all;
    std::size_t lineBegins = 0;
    for (const auto& step : script) {
        if (step.kind != Step::Kind::Bytes) break;
        if (step.bytes == kWord) return upper(all);
        const auto answered = all.size();
        all += step.bytes;
        for (auto end = all.find('\n', answered); end != all.npos; end = all.find('\n', end + 1)) {
            const auto line = std::string_view(all).substr(lineBegins, end - lineBegins);
            // What of the word came in earlier chunks came back with them.
            if (isWord(line)) return upper(all.substr(0, std::max(answered, lineBegins)));
            lineBegins = end + 1;
        }
    }
    return upper(all);
}

}  // namespace

void target(std::string_view input) {
    static const testing::PluginUnderTest plugin(FUZZED_PLUGIN);
    static testing::TestContext context;
    static const auto ascii = plugin.create("uppercase", {}, context);
    static const auto utf8 = plugin.create("uppercase", {{"encoding", "utf-8"}}, context);
    for (const auto& script : parseScripts(input)) {
        const auto expected = answerTo(script);
        Expected answer;
        answer.text(expected);
        answer.check(serve(*ascii, script));
        const auto unicode = serve(*utf8, script);
        const bool plain = std::ranges::all_of(expected, [](unsigned char c) { return c < 0x80; });
        require(!plain || unicode == expected, "both encodings agree on ASCII");
    }
}

}  // namespace berth::fuzz
