// tests/support/check.cpp
#include "support/check.h"

#include <cppunit/Asserter.h>
#include <cppunit/Message.h>

#include <algorithm>
#include <cstddef>

namespace berth::test {

namespace {

Finding found(bool holds, std::string_view part, const char* place, std::string_view text) {
    return {holds, (holds ? "" : "no ") + printedText(part) + place + printedText(text)};
}

}  // namespace

Finding contains(std::string_view text, std::string_view part) {
    const auto at = text.find(part);
    if (at == std::string_view::npos) return found(false, part, " in ", text);
    // What should not be there is seen only in what is around it.
    constexpr std::size_t kAround = 500;
    const auto from = at - std::min(at, kAround);
    return found(true, part, " in ", text.substr(from, at - from + part.size() + kAround));
}

Finding startsWith(std::string_view text, std::string_view start) {
    return found(text.starts_with(start), start, " at the start of ", text);
}

Finding endsWith(std::string_view text, std::string_view end) {
    return found(text.ends_with(end), end, " at the end of ", text);
}

void failUnless(const Finding& finding, const std::string& expression,
                const CPPUNIT_NS::SourceLine& line) {
    if (finding) return;
    CPPUNIT_NS::Message message("assertion failed", "Expression: " + expression);
    if (!finding.values.empty()) message.addDetail("Found: " + finding.values);
    CPPUNIT_NS::Asserter::fail(message, line);
}

}  // namespace berth::test
