// plugins/upload/part_state.cpp
#include "upload/part_state.h"

#include <fstream>
#include <sstream>

namespace berth::upload {
namespace {

constexpr std::string_view kFormat = "part-1";
constexpr std::string_view kEnd = ".";
constexpr std::string_view kNone = "-";

}  // namespace

std::string formatState(const PartState& state) {
    std::ostringstream text;
    text << kFormat << ' ' << state.fileSize << ' '
         << (state.sha256.empty() ? kNone : std::string_view(state.sha256)) << ' ' << state.safe
         << ' ' << state.uncertain << ' ' << state.boot << ' ' << kEnd << '\n';
    return text.str();
}

std::optional<PartState> parseState(std::string_view text) {
    std::istringstream words{std::string(text)};
    PartState state;
    std::string format;
    std::string end;
    words >> format >> state.fileSize >> state.sha256 >> state.safe >> state.uncertain >>
        state.boot >> end;
    if (!words || format != kFormat || end != kEnd) return std::nullopt;
    if (state.sha256 == kNone) state.sha256.clear();
    return state;
}

std::string currentBoot() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string boot;
    return file >> boot ? boot : std::string(kNone);
}

}  // namespace berth::upload
