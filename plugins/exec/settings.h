// plugins/exec/settings.h - the ini keys of exec, also those of services that run commands.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "berth/settings.h"
#include "exec/command_template.h"
#include "exec/environment.h"
#include "exec/umask.h"

namespace berth::exec {

// How replies are told apart from each other.
enum class Framing {
    Frames,  // `out N`, `err N`, and one closing line for each request
    Raw      // the bytes of both streams as they are
};

// Lifetime: a value; outlived by nothing that was made of it.
struct Settings {
    std::filesystem::path directory;
    Framing framing = Framing::Frames;

    std::map<std::string, CommandTemplate> commands;
    std::vector<EnvironmentVariable> environment = defaultEnvironment();
    std::string runAs;  // "user" or "user:group"; empty: as the host

    std::chrono::milliseconds timeout{30'000};
    std::chrono::milliseconds killGrace{2'000};
    std::chrono::milliseconds halfCloseGrace{5'000};
    ByteCount maxOutput{std::uint64_t{16} << 20U};
    ByteCount maxLine{std::uint64_t{8} << 10U};
    std::size_t maxArguments = 64;
    std::size_t maxConcurrent = 64;

    // 0: the limit that the host itself has.
    std::chrono::seconds limitCpu{0};
    ByteCount limitMemory;
    std::uint32_t limitFiles = 1024;
    std::uint32_t limitProcesses = 0;
    ByteCount limitFileSize;
    int nice = 0;
    Umask umask{022};
    bool noNewPrivileges = true;

    // The keys of exec itself: `directory`, `framing`, and those of describeCommands.
    static void describe(Schema<Settings>& schema);

    // The keys that any service with commands has. A service with a settings struct of its own
    // derives it from this one and calls this in its describe(); `directory` and `framing` are
    // then its own to set.
    template <class T>
    static void describeCommands(Schema<T>& schema);

    // Checks that the directory is there, that the user of `run_as` exists, and the names of the
    // commands.
    void validate(SettingIssues& issues) const;
};

template <class T>
void Settings::describeCommands(Schema<T>& schema) {
    using namespace std::chrono_literals;
    using std::chrono::milliseconds;
    using std::chrono::seconds;
    // The explicit member types let a member of this base stand for one of the derived T.
    schema.template group<CommandTemplate>(
        "command", &Settings::commands,
        "A command that clients may run: an absolute program, then words and {arguments}.");
    schema
        .template field<milliseconds>("timeout", &Settings::timeout,
                                      "A command that runs longer is ended.")
        .template range<milliseconds>(1ms, 24h);
    schema
        .template field<milliseconds>("kill_grace", &Settings::killGrace,
                                      "Time between TERM and KILL when a command is ended.")
        .template range<milliseconds>(0ms, 10min);
    schema
        .template field<milliseconds>(
            "half_close_grace", &Settings::halfCloseGrace,
            "With raw framing, how long a command may go on after its client sends no more.")
        .template range<milliseconds>(0ms, 24h);
    schema.template field<ByteCount>("max_output", &Settings::maxOutput,
                                     "Ends a command that writes more; 0: no limit.");
    schema.template field<ByteCount>("max_line", &Settings::maxLine, "The longest request line.")
        .template range<ByteCount>(ByteCount{16}, ByteCount{64U << 10U});
    schema
        .template field<std::size_t>("max_arguments", &Settings::maxArguments,
                                     "The most arguments in one request.")
        .template range<std::size_t>(1, 1024);
    schema
        .template field<std::size_t>("max_concurrent", &Settings::maxConcurrent,
                                     "The most commands that run at once, over all clients.")
        .template range<std::size_t>(1, 10'000);
    schema
        .template field<std::vector<EnvironmentVariable>>(
            "environment", &Settings::environment,
            "All that commands find in their environment: NAME=VALUE, or NAME to pass the host's "
            "on. Empty: nothing.")
        .mayBeEmpty()
        .secret();
    schema.template field<std::string>("run_as", &Settings::runAs,
                                       "The user[:group] of commands; needs a host run by root.");
    schema
        .template field<seconds>("limit_cpu", &Settings::limitCpu,
                                 "Processor time of each process; 0: as the host.")
        .template range<seconds>(0s, 24h);
    schema.template field<ByteCount>("limit_memory", &Settings::limitMemory,
                                     "Address space of each process; 0: as the host.");
    schema.template field<std::uint32_t>("limit_files", &Settings::limitFiles,
                                         "Open files of each process; 0: as the host.");
    schema.template field<std::uint32_t>(
        "limit_processes", &Settings::limitProcesses,
        "Processes of the user that runs the commands, all counted; 0: as the host.");
    schema.template field<ByteCount>("limit_file_size", &Settings::limitFileSize,
                                     "The largest file a command may write; 0: as the host.");
    schema.template field<int>("nice", &Settings::nice, "Added to the host's nice value.")
        .template range<int>(0, 19);
    schema.template field<Umask>("umask", &Settings::umask,
                                 "File mode bits that commands do not set, in octal.");
    schema.template field<bool>("no_new_privileges", &Settings::noNewPrivileges,
                                "Commands gain no rights from set-user-id programs such as sudo.");
}

}  // namespace berth::exec
