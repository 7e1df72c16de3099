// tests/fuzz/control_line_fuzz.cpp - requests of the control port, however their bytes are split.
#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "host/control/protocol/request.h"
#include "host/control/server/line_reader.h"

namespace berth::fuzz {
namespace {

using host::control::LineReader;

// Shorter than the port's own, so that a fuzzer reaches it.
constexpr std::size_t kMaxLength = 64;

std::vector<std::string> linesOf(LineReader& reader) {
    std::vector<std::string> lines;
    while (auto line = reader.next()) lines.push_back((line->tooLong ? "+" : "=") + line->text);
    return lines;
}

}  // namespace

void target(std::string_view input) {
    const Splitter split(input);
    LineReader whole(kMaxLength);
    whole.feed(split.whole);
    whole.finish();
    const auto expected = linesOf(whole);

    LineReader parts(kMaxLength);
    parts.feed(split.first);
    auto lines = linesOf(parts);
    parts.feed(split.second);
    parts.finish();
    for (auto& line : linesOf(parts)) lines.push_back(std::move(line));
    require(lines == expected, "lines are the same however their bytes come");

    for (const auto& line : expected) {
        const auto request = host::control::parseRequest(std::string_view(line).substr(1));
        const auto* error = std::get_if<host::control::RequestError>(&request);
        require(error == nullptr || error->text.find('\n') == std::string::npos,
                "an error is one line");
    }
}

}  // namespace berth::fuzz
