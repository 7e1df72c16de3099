// plugins/exec/parameter.h - one {placeholder} of a command: its name, type and how often it comes.
#pragma once

#include <regex.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace berth::exec {

// A POSIX extended regular expression that must match a whole argument. glibc's matcher is used
// because std::regex recurses once for each character and would overrun a fiber's stack.
//
// Threads: any; matching does not change it.
class WholeMatch {
public:
    // Throws: std::invalid_argument with the reason when the pattern is none.
    explicit WholeMatch(std::string pattern);

    [[nodiscard]] bool matches(const std::string& text) const;
    // True when the pattern begins with a dash of its own: `-...`, `\-...`, `[-...`, `(-...`.
    [[nodiscard]] bool allowsLeadingDash() const noexcept;
    [[nodiscard]] const std::string& pattern() const noexcept { return pattern_; }

private:
    std::string pattern_;
    std::shared_ptr<const regex_t> compiled_;
};

enum class ParameterType { Text, Integer, Path, Pattern };
enum class Arity { Required, Optional, Rest };

struct Parameter {
    std::string name;
    ParameterType type = ParameterType::Text;
    Arity arity = Arity::Required;
    std::optional<WholeMatch> pattern;  // of ParameterType::Pattern
    bool mayBeginWithDash = false;      // the template keeps it from being taken for an option

    // As `help` shows it: `<lines:int>`, `[path]`, `[names...]`.
    [[nodiscard]] std::string usage() const;
    // Why `value` cannot be an argument for it; nothing when it can. Paths are not looked up.
    [[nodiscard]] std::optional<std::string> problemWith(const std::string& value) const;
};

}  // namespace berth::exec
