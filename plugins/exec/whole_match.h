// plugins/exec/whole_match.h - a regular expression that must match a whole argument.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace Poco {
class RegularExpression;
}

namespace berth::exec {

// Perl-compatible (PCRE, as Poco has it), because both the size of such an expression and the
// steps of a match have limits there. std::regex recurses once for each character; glibc's matcher
// expands nested counts without end and keeps what it learned of each argument.
//
// Threads: any; matching does not change it. A match takes up to 1 MB of stack.
class WholeMatch {
public:
    enum class Result { Yes, No, GaveUp };

    // Throws: std::invalid_argument with the reason when the pattern is none or is too large.
    explicit WholeMatch(std::string pattern);

    // GaveUp: the text needs more steps than a match may take.
    [[nodiscard]] Result match(const std::string& text) const;
    // True when the pattern begins with a dash of its own: `-...`, `\-...`, `[-...`, `(-...`.
    [[nodiscard]] bool allowsLeadingDash() const noexcept;
    [[nodiscard]] const std::string& pattern() const noexcept { return pattern_; }

private:
    std::string pattern_;
    std::shared_ptr<const Poco::RegularExpression> compiled_;
};

}  // namespace berth::exec
