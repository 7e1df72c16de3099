// cli/app/program.h - runs one command line and turns failures into messages and exit codes.
#pragma once

#include <string>
#include <vector>

#include "cli/app/command.h"

namespace berth::cli {

class Program {
public:
    Program(const Console& console, std::vector<Command> commands);

    // `words` is the command line without the program's name. Returns the exit status.
    [[nodiscard]] int run(std::vector<std::string> words) const noexcept;

private:
    [[nodiscard]] int dispatch(std::vector<std::string> words) const;
    [[nodiscard]] int invoke(const Command& command, const std::vector<std::string>& words) const;

    const Console& console_;
    const std::vector<Command> commands_;
};

}  // namespace berth::cli
