// tests/plugins/exec/probe.cpp - a program that shows how it was started, or misbehaves on request.
#include <dirent.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

using Arguments = std::vector<std::string>;

int waitForEver() {
    for (;;) ::pause();
}

// Each argument on a line, in brackets.
int showArguments(const Arguments& arguments) {
    for (const auto& argument : arguments) std::cout << '[' << argument << "]\n";
    return 0;
}

int showEnvironment(const Arguments&) {
    for (char** line = environ; *line != nullptr; ++line) std::cout << *line << '\n';
    return 0;
}

int showDescriptors(const Arguments&) {
    std::set<std::string> open;
    DIR* folder = ::opendir("/proc/self/fd");
    const auto own = std::to_string(::dirfd(folder));
    while (const auto* entry = ::readdir(folder)) {
        if (entry->d_name[0] != '.' && entry->d_name != own) open.insert(entry->d_name);
    }
    ::closedir(folder);
    for (const auto& descriptor : open) std::cout << descriptor << '\n';
    return 0;
}

int showProcess(const Arguments&) {
    const auto pid = ::getpid();
    const mode_t mask = ::umask(0);
    std::cout << "leads group " << (::getpgrp() == pid) << ", session " << (::getsid(0) == pid)
              << ", umask " << std::oct << mask << std::dec << ", nice "
              << ::getpriority(PRIO_PROCESS, 0) << ", input "
              << (std::cin.peek() == std::char_traits<char>::eof() ? "empty" : "open")
              << ", no_new_privs " << ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) << '\n';
    return 0;
}

int showSignals(const Arguments&) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("SigBlk") || line.starts_with("SigIgn") ||
            line.starts_with("SigCgt")) {
            std::cout << line << '\n';
        }
    }
    return 0;
}

int showLimits(const Arguments&) {
    const std::map<std::string, __rlimit_resource> resources{{"cpu", RLIMIT_CPU},
                                                             {"memory", RLIMIT_AS},
                                                             {"files", RLIMIT_NOFILE},
                                                             {"file_size", RLIMIT_FSIZE},
                                                             {"core", RLIMIT_CORE}};
    for (const auto& [name, resource] : resources) {
        rlimit limit{};
        ::getrlimit(resource, &limit);
        std::cout << name << ' ' << limit.rlim_cur << '\n';
    }
    return 0;
}

int showDirectory(const Arguments&) {
    std::string path(4096, '\0');
    std::cout << (::getcwd(path.data(), path.size()) != nullptr ? path.c_str() : "?") << '\n';
    return 0;
}

int writeBytes(const Arguments& arguments) {
    const std::string piece(1000, 'x');
    for (auto left = std::stoul(arguments.at(0)); left != 0;) {
        const auto count = std::min(left, piece.size());
        if (!std::cout.write(piece.data(), static_cast<std::streamsize>(count))) return 1;
        left -= count;
    }
    return 0;
}

int writeForEver(const Arguments&) {
    while (std::cout << "for ever and ever\n") {
    }
    return 1;
}

// Writes 1 to out, 2 to err, 3 to out; before each of the last two it waits for a byte of a FIFO.
int writeInTurns(const Arguments& arguments) {
    std::ifstream turns(arguments.at(0));
    std::cout << '1' << std::flush;
    turns.get();
    std::cerr << '2' << std::flush;
    turns.get();
    std::cout << '3' << std::flush;
    return 0;
}

int die(const Arguments& arguments) {
    const int number = std::stoi(arguments.at(0));
    // A sanitizer handles some signals.
    std::signal(number, SIG_DFL);
    ::raise(number);
    return 0;
}

int ignoreTerm(const Arguments&) {
    std::signal(SIGTERM, SIG_IGN);
    std::cout << ::getpid() << " ready\n" << std::flush;
    return waitForEver();
}

int obeyTerm(const Arguments&) {
    std::signal(SIGTERM, [](int) {
        static_cast<void>(::write(STDOUT_FILENO, "bye\n", 4));
        ::_exit(0);
    });
    std::cout << "ready\n" << std::flush;
    return waitForEver();
}

// A grandchild that keeps the pipes open. Both stay, or only the grandchild does.
int haveChild(const Arguments& arguments) {
    const auto child = ::fork();
    if (child == 0) return waitForEver();
    std::cout << ::getpid() << ' ' << child << " ready\n" << std::flush;
    return arguments.at(0) == "stay" ? waitForEver() : 0;
}

// As many children, which keep nothing of it open. All wait for ever.
int haveChildren(const Arguments& arguments) {
    std::cout << ::getpid();
    for (auto left = std::stoul(arguments.at(0)); left != 0; --left) {
        const auto child = ::fork();
        if (child == 0) return waitForEver();
        std::cout << ' ' << child;
    }
    std::cout << " ready\n" << std::flush;
    return waitForEver();
}

int closeStreams(const Arguments& arguments) {
    ::close(STDOUT_FILENO);
    ::close(STDERR_FILENO);
    return std::stoi(arguments.at(0));
}

int leave(const Arguments& arguments) {
    return std::stoi(arguments.at(0));
}

int complain(const Arguments&) {
    std::cerr << "it failed\n";
    return 3;
}

}  // namespace

int main(int argc, char** argv) {
    const std::map<std::string, std::function<int(const Arguments&)>> actions{
        {"args", showArguments},
        {"env", showEnvironment},
        {"fds", showDescriptors},
        {"process", showProcess},
        {"signals", showSignals},
        {"limits", showLimits},
        {"directory", showDirectory},
        {"bytes", writeBytes},
        {"forever", writeForEver},
        {"turns", writeInTurns},
        {"die", die},
        {"ignore-term", ignoreTerm},
        {"obey-term", obeyTerm},
        {"child", haveChild},
        {"children", haveChildren},
        {"close", closeStreams},
        {"exit", leave},
        {"complain", complain}};
    Arguments arguments(argv + 1, argv + argc);
    if (arguments.empty() || !actions.contains(arguments.front())) return 64;
    const auto action = arguments.front();
    arguments.erase(arguments.begin());
    return actions.at(action)(arguments);
}
