// host/base/spawn_plan.cpp
#include "host/base/spawn_plan.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <system_error>

namespace berth::host {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (auto& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

void check(int error) {
    if (error != 0) throw std::system_error(error, std::generic_category(), "posix_spawn");
}

}  // namespace

SpawnPlan::Parts::Parts() noexcept {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
}

SpawnPlan::Parts::~Parts() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
}

SpawnPlan::SpawnPlan(int given) {
    // Also when the numbers are equal: then it is no longer closed by exec.
    check(::posix_spawn_file_actions_adddup2(&parts_.actions, given, kGiven));
    // A plugin may have opened some without close-on-exec.
    check(::posix_spawn_file_actions_addclosefrom_np(&parts_.actions, kGiven + 1));
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&parts_.attributes, &none);
    ::posix_spawnattr_setsigdefault(&parts_.attributes, &all);
    ::posix_spawnattr_setpgroup(&parts_.attributes, 0);
    ::posix_spawnattr_setflags(
        &parts_.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

void SpawnPlan::enter(const std::filesystem::path& folder) {
    check(::posix_spawn_file_actions_addchdir_np(&parts_.actions, folder.c_str()));
}

void SpawnPlan::withoutStreams() {
    check(::posix_spawn_file_actions_addopen(&parts_.actions, STDIN_FILENO, "/dev/null", O_RDONLY,
                                             0));
    check(::posix_spawn_file_actions_adddup2(&parts_.actions, STDERR_FILENO, STDOUT_FILENO));
}

pid_t SpawnPlan::start(const std::filesystem::path& program, std::vector<std::string> words,
                       std::vector<std::string> environment) const {
    pid_t pid = -1;
    const auto error = ::posix_spawn(&pid, program.c_str(), &parts_.actions, &parts_.attributes,
                                     pointers(words).data(), pointers(environment).data());
    if (error != 0) {
        throw std::system_error(error, std::generic_category(), "cannot start " + program.string());
    }
    return pid;
}

std::vector<std::string> ownEnvironment() {
    std::vector<std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) variables.emplace_back(*entry);
    return variables;
}

}  // namespace berth::host
