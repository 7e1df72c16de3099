// plugins/exec/command_template.h - what an operator allows: a program, fixed words, typed
// arguments.
//
//     /usr/bin/dir {path?}
//     /usr/bin/tail -n {lines:int} -- {file:path}
//     /usr/bin/grep --regexp={pattern} -- {files...}
//
// Blanks separate words; quotes and backslashes work as in a shell, and braces within quotes are
// plain text. A placeholder is {NAME}, with a type after a colon (text, int, path, existing,
// /REGEX/) and
// with ? (may be left out) or ... (all that remain) after the name or after the type. Without a
// type it takes any text, but one that is called "path" takes a path.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "berth/setting_types.h"
#include "exec/parameter.h"
#include "exec/request_error.h"

namespace berth::exec {

// A program and its arguments, ready to run.
using Arguments = std::vector<std::string>;
// A path as a client writes it, to the path that the program gets.
using PathResolver = std::function<std::variant<std::string, RequestError>(const std::string& path,
                                                                           ParameterType type)>;

// Threads: any; binding does not change it.
class CommandTemplate {
public:
    using Piece = std::variant<std::string, std::size_t>;  // text, or an index of a parameter
    // A word is made of literal text and parameters, in order.
    struct Word {
        std::vector<Piece> pieces;
        bool optionsEnded = false;  // it comes after a word --
    };

    CommandTemplate() = default;
    // Throws: ValueError whose offset points into `text`.
    explicit CommandTemplate(std::string_view text);

    // The program and its arguments for what a client wrote, or why not.
    [[nodiscard]] std::variant<Arguments, RequestError> bind(const std::vector<std::string>& values,
                                                             const PathResolver& resolvePath) const;

    [[nodiscard]] const std::string& program() const noexcept { return program_; }
    // Where the program ends in text().
    [[nodiscard]] std::size_t programEnd() const noexcept { return programEnd_; }
    // The arguments as `help` shows them: `<lines:int> [path]`; empty when there are none.
    [[nodiscard]] std::string usage() const;
    // As it was written in the ini.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    [[nodiscard]] Arguments fill(const std::vector<std::string>& values) const;
    // Why these values make a word an option that the template did not write; nothing when not.
    [[nodiscard]] std::optional<RequestError> addedOption(
        const std::vector<std::string>& values) const;
    // The word with its values; nothing when one of them was left out.
    [[nodiscard]] static std::optional<std::string> fillWord(
        const Word& word, const std::vector<std::string>& values);

    std::string text_;
    std::string program_;
    std::size_t programEnd_ = 0;
    std::vector<Word> words_;
    std::vector<Parameter> parameters_;
};

}  // namespace berth::exec

namespace berth {

template <>
struct ValueCodec<exec::CommandTemplate> {
    // Also refuses a program that is missing or cannot be executed.
    static exec::CommandTemplate parse(ValueSource source);
    static std::string format(const exec::CommandTemplate& value) { return value.text(); }
    // An argument may be a password.
    static std::string typeName() { return "secret program and arguments"; }
};

}  // namespace berth
