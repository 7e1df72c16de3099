// host/log/log_time.cpp - writes the digits itself: strftime would cost more than the whole line.
#include "host/log/log_time.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace berth::host {
namespace {

// Writes `value` as digits that end before `end`.
void putDigits(char* end, unsigned value, unsigned digits) {
    for (; digits > 0; --digits, value /= 10) *--end = static_cast<char>('0' + value % 10);
}

}  // namespace

void appendTime(std::string& line, std::chrono::system_clock::time_point time) {
    using std::chrono::days;
    using std::chrono::milliseconds;
    const auto day = std::chrono::floor<days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<milliseconds>(time - day));

    std::array<char, 25> text{"0000-00-00T00:00:00.000Z"};
    auto* begin = text.data();
    putDigits(begin + 4, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    putDigits(begin + 7, static_cast<unsigned>(date.month()), 2);
    putDigits(begin + 10, static_cast<unsigned>(date.day()), 2);
    putDigits(begin + 13, static_cast<unsigned>(clock.hours().count()), 2);
    putDigits(begin + 16, static_cast<unsigned>(clock.minutes().count()), 2);
    putDigits(begin + 19, static_cast<unsigned>(clock.seconds().count()), 2);
    putDigits(begin + 23, static_cast<unsigned>(clock.subseconds().count()), 3);
    line.append(begin, text.size() - 1);
}

}  // namespace berth::host
