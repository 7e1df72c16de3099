// plugins/exec/parameter.cpp
#include "exec/parameter.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "berth/words.h"

namespace berth::exec {
namespace {

bool isInteger(std::string_view text) {
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    return result.ec == std::errc() && result.ptr == end;
}

std::string typeSuffix(const Parameter& parameter) {
    switch (parameter.type) {
        case ParameterType::Text:
            return {};
        case ParameterType::Integer:
            return ":int";
        case ParameterType::Path:
            return parameter.name == "path" ? "" : ":path";
        case ParameterType::Pattern:
            return ":/" + parameter.pattern->pattern() + '/';
    }
    return {};
}

}  // namespace

WholeMatch::WholeMatch(std::string pattern) : pattern_(std::move(pattern)) {
    auto compiled = std::make_unique<regex_t>();
    const auto whole = "^(" + pattern_ + ")$";
    const int error = ::regcomp(compiled.get(), whole.c_str(), REG_EXTENDED | REG_NOSUB);
    if (error != 0) {
        std::array<char, 128> reason{};
        ::regerror(error, compiled.get(), reason.data(), reason.size());
        throw std::invalid_argument(reason.data());
    }
    compiled_ = std::shared_ptr<regex_t>(compiled.release(), [](regex_t* owned) {
        ::regfree(owned);
        std::default_delete<regex_t>()(owned);
    });
}

bool WholeMatch::matches(const std::string& text) const {
    return ::regexec(compiled_.get(), text.c_str(), 0, nullptr, 0) == 0;
}

bool WholeMatch::allowsLeadingDash() const noexcept {
    std::string_view rest = pattern_;
    if (rest.starts_with('^')) rest.remove_prefix(1);
    if (rest.starts_with('(') || rest.starts_with('[') || rest.starts_with('\\')) {
        rest.remove_prefix(1);
    }
    return rest.starts_with('-');
}

std::string Parameter::usage() const {
    auto inside = name + typeSuffix(*this);
    switch (arity) {
        case Arity::Required:
            return '<' + inside + '>';
        case Arity::Optional:
            return '[' + inside + ']';
        case Arity::Rest:
            return '[' + inside + "...]";
    }
    return inside;
}

std::optional<std::string> Parameter::problemWith(const std::string& value) const {
    if (value.starts_with('-') && !mayBeginWithDash) {
        return quoteWord(value) + " begins with a dash: clients may not add options here";
    }
    switch (type) {
        case ParameterType::Text:
            break;
        case ParameterType::Path:
            if (value.empty()) return "a path is not empty";
            break;
        case ParameterType::Integer:
            if (!isInteger(value)) return quoteWord(value) + " is not a whole number";
            break;
        case ParameterType::Pattern:
            if (!pattern->matches(value)) {
                return quoteWord(value) + " does not match /" + pattern->pattern() + '/';
            }
            break;
    }
    return std::nullopt;
}

}  // namespace berth::exec
