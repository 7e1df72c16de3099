// host/admission/rate.cpp - parses and prints rates.
#include "host/admission/rate.h"

#include <charconv>
#include <string_view>

#include "berth/units.h"
#include "host/base/blanks.h"

namespace berth::host {
namespace {

// `s` is `1s`; a duration stays what it is.
std::chrono::milliseconds parsePeriod(std::string_view text, std::size_t offset) {
    const bool bareUnit = !text.empty() && (text.front() < '0' || text.front() > '9');
    const auto period = parseDuration(bareUnit ? "1" + std::string(text) : std::string(text));
    if (period && period->count() > 0) return *period;
    throw ValueError("\"" + std::string(text) + "\" is not a period", offset, text.size(),
                     "write s, m, h, or a duration such as 10s");
}

}  // namespace

std::string toString(Rate rate) {
    if (rate.unlimited()) return "0";
    const auto period = formatDuration(rate.period);
    const bool one = period.size() == 2 && period.front() == '1';
    return std::to_string(rate.events) + "/" + (one ? period.substr(1) : period);
}

}  // namespace berth::host

namespace berth {

host::Rate ValueCodec<host::Rate>::parse(ValueSource source) {
    const auto slash = source.text.find('/');
    const auto count = host::trimmed(source.text.substr(0, slash));
    host::Rate rate;
    const auto [end, error] =
        std::from_chars(count.data(), count.data() + count.size(), rate.events);
    if (error != std::errc() || end != count.data() + count.size()) {
        throw ValueError("\"" + std::string(source.text) + "\" is not a rate", 0, 0,
                         "write a number and a period, such as 100/s or 20/10s");
    }
    if (slash == std::string_view::npos) {
        if (rate.events == 0) return rate;
        throw ValueError("the rate has no period", 0, 0,
                         "write \"" + std::string(count) + "/s\" for so many a second");
    }
    const auto period = host::trimmed(source.text.substr(slash + 1));
    const auto offset =
        period.empty() ? slash : static_cast<std::size_t>(period.data() - source.text.data());
    rate.period = host::parsePeriod(period, offset);
    return rate.unlimited() ? host::Rate{} : rate;
}

}  // namespace berth
