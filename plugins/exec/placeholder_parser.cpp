// plugins/exec/placeholder_parser.cpp
#include "exec/placeholder_parser.h"

#include <cctype>
#include <stdexcept>

#include "berth/setting_types.h"
#include "berth/words.h"

namespace berth::exec {
namespace {

// Confined by default: who means any text writes {path:text}.
constexpr std::string_view kPathName = "path";

bool isNameCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

}  // namespace

Parameter PlaceholderParser::parse() {
    Parameter parameter;
    parameter.name = takeName();
    takeMark(parameter);
    if (at(":")) {
        ++at_;
        takeType(parameter);
        takeMark(parameter);
    } else if (parameter.name == kPathName) {
        parameter.type = ParameterType::Path;
    }
    if (at_ == text_.size()) {
        throw ValueError("the placeholder is never closed", open_, 0, "add a }");
    }
    if (!at("}")) throw ValueError("a placeholder ends here with }", at_, 1);
    ++at_;
    return parameter;
}

std::string PlaceholderParser::takeName() {
    const auto begin = at_;
    while (at_ < text_.size() && isNameCharacter(text_[at_])) ++at_;
    if (at_ == begin) {
        throw ValueError("a placeholder begins with a name", open_, 1,
                         "write {name}, or quote a brace that is meant as it is");
    }
    return std::string(text_.substr(begin, at_ - begin));
}

void PlaceholderParser::takeMark(Parameter& parameter) {
    const auto begin = at_;
    auto arity = Arity::Required;
    if (at("?")) {
        arity = Arity::Optional;
        at_ += 1;
    } else if (at("...")) {
        arity = Arity::Rest;
        at_ += 3;
    } else {
        return;
    }
    if (parameter.arity != Arity::Required) {
        throw ValueError("a placeholder has one ? or ... only", begin, at_ - begin);
    }
    parameter.arity = arity;
}

void PlaceholderParser::takeType(Parameter& parameter) {
    if (at("/")) return takePattern(parameter);
    const auto begin = at_;
    while (at_ < text_.size() && isNameCharacter(text_[at_])) ++at_;
    const auto type = text_.substr(begin, at_ - begin);
    if (type == "text") {
        parameter.type = ParameterType::Text;
    } else if (type == "int") {
        parameter.type = ParameterType::Integer;
    } else if (type == "path") {
        parameter.type = ParameterType::Path;
    } else if (type == "existing") {
        parameter.type = ParameterType::Existing;
    } else {
        const auto meant = closestWord(type, {"existing", "int", "path", "text"});
        throw ValueError("unknown type \"" + std::string(type) +
                             "\": it is existing, int, path, text or /REGEX/",
                         begin, std::max<std::size_t>(1, type.size()),
                         meant ? "did you mean \"" + *meant + "\"?" : std::string());
    }
}

void PlaceholderParser::takePattern(Parameter& parameter) {
    const auto begin = at_++;
    std::string pattern;
    for (; at_ < text_.size() && text_[at_] != '/'; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
            if (text_[at_ + 1] != '/') pattern += '\\';
            ++at_;
        }
        pattern += text_[at_];
    }
    if (at_ == text_.size()) {
        throw ValueError("the regular expression is never closed", begin, 0, "add a /");
    }
    ++at_;
    parameter.type = ParameterType::Pattern;
    try {
        parameter.pattern.emplace(pattern);
    } catch (const std::invalid_argument& error) {
        throw ValueError(std::string("is no regular expression: ") + error.what(), begin,
                         at_ - begin);
    }
}

bool PlaceholderParser::at(std::string_view token) const noexcept {
    return text_.substr(at_).starts_with(token);
}

}  // namespace berth::exec
