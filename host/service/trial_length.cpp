// host/service/trial_length.cpp - parses and prints lengths of trials.
#include "host/service/trial_length.h"

#include <charconv>
#include <string_view>

#include "berth/units.h"
#include "host/base/blanks.h"

namespace berth::host {
namespace {

// `50 connections`, or `1 connection`.
bool parseConnections(std::string_view part, TrialLength& length) {
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), count);
    const auto unit = trimmed(part.substr(static_cast<std::size_t>(end - part.data())));
    if (error != std::errc() || (unit != "connections" && unit != "connection")) return false;
    length.connections = count;
    return true;
}

bool parseTime(std::string_view part, TrialLength& length) {
    const auto time = parseDuration(part);
    if (time) length.time = *time;
    return time.has_value();
}

}  // namespace

std::string toString(const TrialLength& length) {
    if (length.none()) return "0";
    std::string text;
    if (length.connections != 0) text = std::to_string(length.connections) + " connections";
    if (length.time.count() != 0) {
        text += (text.empty() ? "" : " | ") + formatDuration(length.time);
    }
    return text;
}

}  // namespace berth::host

namespace berth {

host::TrialLength ValueCodec<host::TrialLength>::parse(ValueSource source) {
    host::TrialLength length;
    auto rest = source.text;
    for (;;) {
        const auto bar = rest.find('|');
        const auto part = host::trimmed(rest.substr(0, bar));
        if (part != "0" && !host::parseConnections(part, length) &&
            !host::parseTime(part, length)) {
            throw ValueError("\"" + std::string(source.text) + "\" is no length of a trial", 0, 0,
                             "write 50 connections, 30s, or 50 connections | 30s");
        }
        if (bar == std::string_view::npos) return length;
        rest.remove_prefix(bar + 1);
    }
}

}  // namespace berth
