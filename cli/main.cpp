// cli/main.cpp - berth: operates a host, talks to services, checks plugins.
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "berth/detail/standard_descriptors.h"
#include "cli/app/command_table.h"
#include "cli/app/console.h"
#include "cli/app/program.h"

int main(int argc, char** argv) {
    berth::detail::openStandardDescriptors();
    std::signal(SIGPIPE, SIG_IGN);
    // Names and typed text are UTF-8, also where no locale is set.
    if (std::setlocale(LC_CTYPE, "") == nullptr || MB_CUR_MAX == 1) {
        std::setlocale(LC_CTYPE, "C.UTF-8");
    }
    const auto console = berth::cli::Console::standard();
    const berth::cli::Program program(console, berth::cli::makeCommandTable());
    return program.run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
