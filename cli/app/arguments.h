// cli/app/arguments.h - what the user gave to one command: options and operands.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

// An option that a command takes.
struct Option {
    std::string name;       // without dashes
    std::string shortName;  // one letter, or empty
    std::string argument;   // the argument's name in the help, such as FILE; empty: a switch
    std::string help;       // one sentence
    bool repeated = false;  // may be given more than once
};

class Arguments {
public:
    // Reads the words behind a command's name. After `freeAfter` operands every word is an
    // operand; so is each word behind `--`, and each that only looks like a negative number.
    // Throws: Failure with ExitCode::Usage.
    Arguments(std::string command, std::span<const std::string> words,
              const std::vector<Option>& options, std::size_t freeAfter);

    [[nodiscard]] const std::string& command() const noexcept { return command_; }
    [[nodiscard]] const std::vector<std::string>& operands() const noexcept { return operands_; }
    [[nodiscard]] bool has(const std::string& option) const { return values_.contains(option); }
    // The last of them when it was given more than once.
    [[nodiscard]] std::optional<std::string> value(const std::string& option) const;
    // In the order in which they were given.
    [[nodiscard]] const std::vector<std::string>& values(const std::string& option) const;

private:
    std::string command_;
    std::vector<std::string> operands_;
    std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace berth::cli
