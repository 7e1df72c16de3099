// tests/plugins/exec/exec_fixture.cpp
#include "exec_fixture.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "berth/errors.h"

namespace berth::test {
namespace {

Values withDefaults(Values settings, const std::filesystem::path& root) {
    const auto add = [&](const std::string& key, const std::string& value) {
        const auto same = [&](const auto& entry) { return entry.first == key; };
        if (std::ranges::none_of(settings, same)) settings.emplace_back(key, value);
    };
    add("directory", root.string());
    add("command.probe", EXEC_PROBE " {action} {rest...}");
    return settings;
}

}  // namespace

bool isRunning(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    if (!std::getline(stat, text)) return false;
    // The state follows the name, which is in parentheses.
    const auto state = text.substr(text.rfind(')') + 2, 1);
    return state != "Z" && state != "X";
}

NoMoreDescriptors::NoMoreDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    // The next number is the least free one, and those above it may be in use.
    const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    const rlimit none{static_cast<rlim_t>(next), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
}

TemporaryFolder::TemporaryFolder() {
    auto name = (std::filesystem::temp_directory_path() / "berth-exec-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

ExecFixture::ExecFixture(Values settings) : root_(folder_.path() / "root") {
    std::filesystem::create_directory(root_);
    service_ = plugin_.create("exec", withDefaults(std::move(settings), root_), context_);
}

std::vector<FramedReply> ExecFixture::ask(const std::vector<std::string>& requests) {
    std::string bytes;
    for (const auto& request : requests) bytes += request + '\n';
    auto replies = parseFrames(exchange({bytes + "exit\n"}));
    if (replies.empty() || replies.back().closing != "exit 0") {
        throw std::runtime_error("the reply to exit is missing");
    }
    replies.pop_back();
    return replies;
}

FramedReply ExecFixture::askOne(const std::string& request) {
    const auto replies = ask({request});
    if (replies.size() != 1) throw std::runtime_error("there is not exactly one reply");
    return replies.front();
}

std::string ExecFixture::exchange(const std::vector<std::string>& pieces) {
    testing::LoopbackConnection client;
    for (const auto& piece : pieces) client.send(piece);
    service_->handle(client);
    return client.received();
}

std::uint64_t ExecFixture::counter(std::string_view name) {
    return context_.counter(name, "").value();
}

LiveClient::LiveClient(ExecFixture& fixture) {
    handler_ = std::async(std::launch::async, [this, &fixture] {
        try {
            fixture.service().handle(connection_);
            return true;
        } catch (const ConnectionLost&) {
            return false;
        }
    });
}

LiveClient::~LiveClient() {
    connection_.reset();
}

void LiveClient::waitFor(const std::string& text) {
    if (!connection_.waitForReceived(text, kPatience)) {
        throw std::runtime_error("no \"" + text + "\" in: " + connection_.received());
    }
}

bool LiveClient::waitForEnd() {
    if (handler_.wait_for(kPatience) != std::future_status::ready) {
        throw std::runtime_error("the handler does not return");
    }
    return handler_.get();
}

}  // namespace berth::test
