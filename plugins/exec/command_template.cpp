// plugins/exec/command_template.cpp
#include "exec/command_template.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "exec/one_line.h"
#include "exec/template_parser.h"

namespace berth::exec {
namespace {

RequestError badArguments(std::string text) {
    return {code::kBadArguments, std::move(text)};
}

std::optional<RequestError> checkCount(const std::vector<Parameter>& parameters,
                                       std::size_t given) {
    const auto isRequired = [](const Parameter& p) { return p.arity == Arity::Required; };
    const auto least = static_cast<std::size_t>(std::ranges::count_if(parameters, isRequired));
    if (given < least) return badArguments(parameters[given].usage() + " is missing");
    const bool open = !parameters.empty() && parameters.back().arity == Arity::Rest;
    if (open || given <= parameters.size()) return std::nullopt;
    if (parameters.empty()) return badArguments("it takes no arguments");
    return badArguments("it takes at most " + std::to_string(parameters.size()) +
                        (parameters.size() == 1 ? " argument" : " arguments"));
}

}  // namespace

CommandTemplate::CommandTemplate(std::string_view text) : text_(text) {
    auto parsed = parseTemplate(text);
    program_ = std::move(parsed.program);
    programEnd_ = parsed.programEnd;
    words_ = std::move(parsed.words);
    parameters_ = std::move(parsed.parameters);
}

std::variant<Arguments, RequestError> CommandTemplate::bind(const std::vector<std::string>& values,
                                                            const PathResolver& resolvePath) const {
    if (auto error = checkCount(parameters_, values.size())) return *std::move(error);
    if (auto error = addedOption(values)) return *std::move(error);
    auto bound = values;
    for (std::size_t i = 0; i < bound.size(); ++i) {
        const auto& parameter = parameters_[std::min(i, parameters_.size() - 1)];
        if (auto problem = parameter.problemWith(bound[i])) {
            return badArguments(*std::move(problem));
        }
        if (!parameter.isPath()) continue;
        auto resolved = resolvePath(bound[i], parameter.type);
        if (auto* error = std::get_if<RequestError>(&resolved)) return std::move(*error);
        bound[i] = std::get<std::string>(std::move(resolved));
    }
    return fill(bound);
}

// Looks at whole words: empty values in front must not let a dash of the template, or of a later
// value, begin one.
std::optional<RequestError> CommandTemplate::addedOption(
    const std::vector<std::string>& values) const {
    for (const auto& word : words_) {
        const auto* first = std::get_if<std::size_t>(&word.pieces.front());
        if (word.optionsEnded || first == nullptr) continue;
        const auto& parameter = parameters_[*first];
        const bool rest = parameter.arity == Arity::Rest;
        const auto end = std::min(rest ? values.size() : *first + 1, values.size());
        for (auto index = *first; index < end; ++index) {
            const auto text = rest ? std::optional(values[index]) : fillWord(word, values);
            if (!text || !text->starts_with('-')) continue;
            const auto& pattern = parameter.pattern;
            if (pattern && pattern->allowsLeadingDash() && values[index].starts_with('-')) continue;
            return badArguments(shownWord(*text) +
                                " begins with a dash: clients may not add options here");
        }
    }
    return std::nullopt;
}

Arguments CommandTemplate::fill(const std::vector<std::string>& values) const {
    Arguments arguments{program_};
    for (const auto& word : words_) {
        const auto* first = std::get_if<std::size_t>(&word.pieces.front());
        if (first != nullptr && parameters_[*first].arity == Arity::Rest) {
            const auto from = std::min(*first, values.size());
            arguments.insert(arguments.end(), values.begin() + static_cast<std::ptrdiff_t>(from),
                             values.end());
        } else if (auto text = fillWord(word, values)) {
            arguments.push_back(*std::move(text));
        }
    }
    return arguments;
}

std::optional<std::string> CommandTemplate::fillWord(const Word& word,
                                                     const std::vector<std::string>& values) {
    std::string text;
    for (const auto& piece : word.pieces) {
        if (const auto* literal = std::get_if<std::string>(&piece)) {
            text += *literal;
            continue;
        }
        const auto index = std::get<std::size_t>(piece);
        if (index >= values.size()) return std::nullopt;
        text += values[index];
    }
    return text;
}

std::string CommandTemplate::usage() const {
    std::string text;
    for (const auto& parameter : parameters_) {
        if (!text.empty()) text += ' ';
        text += parameter.usage();
    }
    return text;
}

}  // namespace berth::exec

namespace berth {

exec::CommandTemplate ValueCodec<exec::CommandTemplate>::parse(ValueSource source) {
    exec::CommandTemplate command(source.text);
    const auto& program = command.program();
    const auto begin = source.text.find_first_not_of(" \t");
    const auto length = command.programEnd() - begin;
    std::error_code error;
    const auto status = std::filesystem::status(program, error);
    if (!std::filesystem::exists(status)) {
        throw ValueError(error && error != std::errc::no_such_file_or_directory
                             ? program + ": " + error.message()
                             : "the program " + program + " does not exist",
                         begin, length);
    }
    const bool mayRun = ::access(program.c_str(), X_OK) == 0;
    if (!mayRun && errno != EACCES) {
        throw ValueError(program + ": " + std::generic_category().message(errno), begin, length);
    }
    if (!std::filesystem::is_regular_file(status) || !mayRun) {
        throw ValueError(program + " is not a program that the host may run", begin, length,
                         "it must be a file with execute permission");
    }
    return command;
}

}  // namespace berth
