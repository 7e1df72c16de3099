// host/log/escape.h - keeps one event on one line, whatever its text holds.
#pragma once

#include <string>
#include <string_view>

namespace berth::host {

// Appends the text with line breaks and control characters as \n, \r, \t and \xHH, and a
// backslash as \\ ; so do the other characters that terminals act upon (utf8.h).
void appendEscaped(std::string& line, std::string_view text);

// The same as the value of a field: in double quotes when it holds a blank, a quote or nothing.
void appendValue(std::string& line, std::string_view text);

// Appends a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
void appendJson(std::string& line, std::string_view text);

}  // namespace berth::host
