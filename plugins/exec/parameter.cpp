// plugins/exec/parameter.cpp
#include "exec/parameter.h"

#include <charconv>
#include <cstdint>
#include <system_error>

#include "exec/one_line.h"

namespace berth::exec {
namespace {

bool isInteger(std::string_view text) {
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    return result.ec == std::errc() && result.ptr == end;
}

std::optional<std::string> mismatch(const WholeMatch& pattern, const std::string& value) {
    const auto shown = '/' + pattern.pattern() + '/';
    switch (pattern.match(value)) {
        case WholeMatch::Result::Yes:
            return std::nullopt;
        case WholeMatch::Result::GaveUp:
            return "an argument is too long to be compared with " + shown;
        case WholeMatch::Result::No:
            break;
    }
    return shownWord(value) + " does not match " + shown;
}

std::string typeSuffix(const Parameter& parameter) {
    switch (parameter.type) {
        case ParameterType::Text:
            return {};
        case ParameterType::Integer:
            return ":int";
        case ParameterType::Path:
            return parameter.name == "path" ? "" : ":path";
        case ParameterType::Existing:
            return ":existing";
        case ParameterType::Pattern:
            return ":/" + parameter.pattern->pattern() + '/';
    }
    return {};
}

}  // namespace

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
    switch (type) {
        case ParameterType::Text:
            break;
        case ParameterType::Path:
        case ParameterType::Existing:
            if (value.empty()) return "a path is not empty";
            break;
        case ParameterType::Integer:
            if (!isInteger(value)) return shownWord(value) + " is not a whole number";
            break;
        case ParameterType::Pattern:
            return mismatch(*pattern, value);
    }
    return std::nullopt;
}

}  // namespace berth::exec
