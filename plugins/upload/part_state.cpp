// plugins/upload/part_state.cpp
#include "upload/part_state.h"

#include <fstream>
#include <sstream>

namespace berth::upload {
namespace {

constexpr std::string_view kFormat = "part-1";
constexpr std::string_view kLast = ".";
constexpr std::string_view kEnd = ".\n";
constexpr std::string_view kNone = "-";
// Earlier versions wrote 1 when they did not know whether a byte belongs to the content.
constexpr std::string_view kCertain = "0";
constexpr std::size_t kMostWords = kStateText - kEnd.size();

std::string wordsOf(const PartState& state) {
    std::ostringstream text;
    text << kFormat << ' ' << state.fileSize << ' '
         << (state.sha256.empty() ? kNone : std::string_view(state.sha256)) << ' ' << state.safe
         << ' ' << kCertain << ' ' << state.boot << ' ';
    return text.str();
}

}  // namespace

std::string formatState(const PartState& state) {
    auto text = wordsOf(state);
    text.resize(kMostWords, ' ');
    return text.append(kEnd);
}

std::optional<PartState> parseState(std::string_view text) {
    std::istringstream words{std::string(text)};
    PartState state;
    std::string format;
    std::string end;
    std::string certain;
    words >> format >> state.fileSize >> state.sha256 >> state.safe >> certain >> state.boot >> end;
    if (!words || format != kFormat || certain != kCertain || end != kLast) {
        return std::nullopt;
    }
    if (state.sha256 == kNone) state.sha256.clear();
    if (wordsOf(state).size() > kMostWords) return std::nullopt;
    return state;
}

std::string currentBoot() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string boot;
    return file >> boot ? boot : std::string(kNone);
}

bool isOfThisBoot(const PartState& state) {
    return state.boot != kNone && state.boot == currentBoot();
}

}  // namespace berth::upload
