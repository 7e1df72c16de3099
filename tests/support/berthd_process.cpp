// tests/support/berthd_process.cpp
#include "support/berthd_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace berth::test {
namespace {

constexpr const char* kBinaries = BERTH_TEST_BINARY_DIR;

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (auto& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

// The sections with the engine that BERTH_TEST_ENGINE names, where they name none themselves.
std::string onTestedEngine(std::string services) {
    const auto* const engine = std::getenv("BERTH_TEST_ENGINE");
    if (engine == nullptr || services.find("engine =") != std::string::npos) return services;
    for (auto at = services.find("[service:"); at != std::string::npos;
         at = services.find("[service:", at + 1)) {
        const auto end = services.find("]\n", at);
        if (end == std::string::npos) break;
        services.insert(end + 2, "engine = " + std::string(engine) + "\n");
    }
    return services;
}

std::vector<std::string> environmentWith(const std::vector<std::string>& more) {
    std::vector<std::string> environment{"PATH=/usr/bin:/bin", "HOME=/nonexistent",
                                         "LC_ALL=C.UTF-8"};
    for (const auto* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
        if (const auto* value = std::getenv(name))
            environment.push_back(std::string(name) + "=" + value);
    }
    environment.insert(environment.end(), more.begin(), more.end());
    return environment;
}

// Until files that are written from now on have a later time than those before. A host that watches
// takes what was written in the moment of its start for a change.
void awaitNextTick() {
    const auto tick = [] {
        timespec now{};
        ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
        return std::pair(now.tv_sec, now.tv_nsec);
    };
    const auto written = tick();
    static_cast<void>(waitUntil([&] { return tick() > written; }));
}

void end(pid_t process) noexcept {
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
}

}  // namespace

BerthdProcess::BerthdProcess(std::string_view services) : BerthdProcess(services, Options{}) {}

BerthdProcess::BerthdProcess(std::string_view services, const Options& options)
    : options_(options) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // for follow()
    configure(services);
    awaitNextTick();
    if (options.beforeStart) options.beforeStart(folder_);
    spawn(options);
    if (!options.awaitReady) return;
    const auto ready = [this] {
        return output().find("is ready with") != std::string::npos ||
               wait(std::chrono::milliseconds(0));
    };
    if (!waitUntil(ready) || status_) {
        if (!status_) end(pid_);
        throw std::runtime_error("berthd did not get ready; it said: " + output());
    }
}

void BerthdProcess::startAgain() {
    const auto before = output().size();
    status_.reset();
    spawn(options_);
    const auto ready = [&] {
        return output().find("is ready with", before) != std::string::npos ||
               wait(std::chrono::milliseconds(0));
    };
    if (!waitUntil(ready) || status_) {
        throw std::runtime_error("berthd did not get ready again; it said: " + output());
    }
}

// One that took over is a child of the old one, and becomes ours when that ends.
BerthdProcess::~BerthdProcess() {
    pid_t last = -1;
    try {
        last = serving();
    } catch (const std::exception&) {
        // Nobody serves.
    }
    if (!status_) end(pid_);
    if (last > 0 && last != pid_) end(last);
}

pid_t BerthdProcess::serving() const {
    const auto status = control("json status");
    const auto at = status.find("\"pid\":");
    return at == std::string::npos ? -1 : static_cast<pid_t>(std::stol(status.substr(at + 6)));
}

std::optional<int> BerthdProcess::follow() {
    const auto next = serving();
    const auto status = wait();
    pid_ = next;
    status_.reset();
    return status;
}

void BerthdProcess::configure(std::string_view services) {
    const std::string control =
        options_.controlKeys.empty() ? "listen = unix:control.sock\n" : options_.controlKeys;
    folder_.write("berth.ini", "[host]\nplugins = " + std::string(kBinaries) + "/plugins, " +
                                   kBinaries + "/tests/fixtures\nstate = state\n" +
                                   options_.hostKeys + "\n[control]\n" + control + "\n" +
                                   onTestedEngine(std::string(services)) + "\n");
}

void BerthdProcess::spawn(const Options& options) {
    auto words = options.launcher;
    words.insert(words.end(),
                 {std::string(kBinaries) + "/bin/berthd", "--config", config().string()});
    words.insert(words.end(), options.arguments.begin(), options.arguments.end());
    auto environment = environmentWith(options.environment);
    const auto output = (folder_ / "output").string();

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                       0600);
    if (options.stderrTo.empty()) {
        ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
    } else {
        ::posix_spawn_file_actions_addopen(&actions, 2, options.stderrTo.c_str(), O_WRONLY, 0);
    }
    const auto error = ::posix_spawn(&pid_, words.front().c_str(), &actions, nullptr,
                                     pointers(words).data(), pointers(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::system_error(error, std::generic_category(), words.front());
}

std::string BerthdProcess::control(std::string_view request) const {
    TcpClient client(folder_ / "control.sock");
    client.send(std::string(request) + "\n");
    client.finishSending();
    return client.receiveAll();
}

std::uint16_t BerthdProcess::port(std::string_view service) const {
    const auto status = control("json services");
    const auto entry = status.find("\"name\":\"" + std::string(service) + "\"");
    const auto at = status.find("\"127.0.0.1:", entry);
    if (entry == std::string::npos || at == std::string::npos) {
        throw std::runtime_error("no TCP listener of " + std::string(service) + " in " + status);
    }
    return static_cast<std::uint16_t>(std::stoi(status.substr(at + 11)));
}

TcpClient BerthdProcess::connect(std::string_view service) const {
    return TcpClient(port(service));
}

void BerthdProcess::signal(int number) const {
    ::kill(pid_, number);
}

std::optional<int> BerthdProcess::wait(std::chrono::milliseconds limit) {
    const auto ended = [this] {
        int raw = 0;
        if (status_) return true;
        if (::waitpid(pid_, &raw, WNOHANG) != pid_) return false;
        status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
        return true;
    };
    static_cast<void>(waitUntil(ended, limit));
    return status_;
}

}  // namespace berth::test
