// plugins/exec/whole_match.cpp
#include "exec/whole_match.h"

#include <Poco/Exception.h>
#include <Poco/RegularExpression.h>

#include <cstddef>
#include <stdexcept>
#include <utility>

namespace berth::exec {
namespace {

using Poco::RegularExpression;

constexpr std::size_t kLongestPattern = 512;
// Some milliseconds of work; and less than 1 MB of stack in versions of PCRE that recurse.
constexpr const char* kLimits = "(*LIMIT_MATCH=100000)(*LIMIT_RECURSION=1000)";
// Groups cannot be referred to, so an expression matches without remembering.
constexpr int kOptions = RegularExpression::RE_NO_AUTO_CAPTURE;

// The reason without Poco's head, and without an offset into what it was made part of.
std::string reasonOf(const Poco::Exception& error) {
    const auto text = error.message();
    return text.substr(0, text.find(" (at offset"));
}

}  // namespace

WholeMatch::WholeMatch(std::string pattern) : pattern_(std::move(pattern)) {
    if (pattern_.size() > kLongestPattern) {
        throw std::invalid_argument("it is longer than " + std::to_string(kLongestPattern) +
                                    " bytes");
    }
    try {
        // By itself first: `a)|(b` would be one between our own parentheses.
        const RegularExpression alone(pattern_, kOptions);
        compiled_ = std::make_shared<const RegularExpression>(
            kLimits + ("\\A(?:" + pattern_) + ")\\z", kOptions);
    } catch (const Poco::Exception& error) {
        throw std::invalid_argument(reasonOf(error));
    }
}

WholeMatch::Result WholeMatch::match(const std::string& text) const {
    RegularExpression::Match found;
    try {
        return compiled_->match(text, 0, found, 0) == 0 ? Result::No : Result::Yes;
    } catch (const Poco::Exception&) {
        return Result::GaveUp;
    }
}

bool WholeMatch::allowsLeadingDash() const noexcept {
    std::string_view rest = pattern_;
    if (rest.starts_with('^')) rest.remove_prefix(1);
    if (rest.starts_with("(?:")) {
        rest.remove_prefix(3);
    } else if (rest.starts_with('(') || rest.starts_with('[') || rest.starts_with('\\')) {
        rest.remove_prefix(1);
    }
    return rest.starts_with('-');
}

}  // namespace berth::exec
