// tests/support/guardian_main.cpp - runs a command and ends what it left running.
//
// usage: guardian COMMAND [ARGUMENT]...
#include <unistd.h>

#include <cstdio>

#include "support/guardian.h"

int main(int argc, char** argv) {
    if (argc < 2) return 64;
    if (const auto status = berth::test::guard()) return *status;
    ::execvp(argv[1], argv + 1);
    std::perror(argv[1]);
    return 127;
}
