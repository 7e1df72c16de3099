// host/upgrade/takeover.cpp
#include "host/upgrade/takeover.h"

#include <fcntl.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "host/base/phrases.h"
#include "host/upgrade/child_process.h"
#include "host/upgrade/socket_names.h"

namespace berth::host {
namespace {

using Clock = UpgradeChannel::Clock;

constexpr std::chrono::minutes kPatience{1};

std::vector<std::string> linesOf(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
    return lines;
}

}  // namespace

std::optional<Takeover> Takeover::fromEnvironment() {
    const char* text = std::getenv(kUpgradeVariable);
    if (text == nullptr) return std::nullopt;
    const std::string_view view = text;
    int number = -1;
    const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), number);
    const bool good = error == std::errc{} && end == view.data() + view.size() && number > 2;
    ::unsetenv(kUpgradeVariable);
    if (!good || ::fcntl(number, F_SETFD, FD_CLOEXEC) != 0) return std::nullopt;
    return Takeover(UniqueFd(number));
}

void Takeover::takeOlder(UpgradeChannel::Message message) {
    const auto pids = linesOf(message.text);
    for (std::size_t i = 0; i < std::min(pids.size(), message.descriptors.size()); ++i) {
        older_.push_back({std::strtol(pids[i].c_str(), nullptr, 10),
                          UpgradeChannel(std::move(message.descriptors[i]))});
    }
}

std::vector<PassedSockets::Entry> Takeover::receive() {
    std::vector<PassedSockets::Entry> sockets;
    for (;;) {
        if (channel_.wait(Clock::now() + kPatience) != UpgradeChannel::Wait::Readable) break;
        auto message = channel_.receive();
        if (!message) break;
        if (message->kind == UpgradeMessage::End && message->text == kUpgradeGreeting) {
            return sockets;
        }
        if (message->kind == UpgradeMessage::Older) {
            takeOlder(*std::move(message));
            continue;
        }
        if (message->kind == UpgradeMessage::Stopped) {
            stopped_ = linesOf(message->text);
            continue;
        }
        if (message->kind != UpgradeMessage::Sockets) {
            throw std::runtime_error("the old process speaks another version of the upgrade");
        }
        const auto names = SocketNames::parse(message->text);
        if (names.size() != message->descriptors.size()) {
            throw std::runtime_error(
                "some sockets of the old process did not arrive: raise the "
                "limit of open files");
        }
        for (std::size_t i = 0; i < names.size(); ++i) {
            sockets.push_back(
                {names[i].first, names[i].second, std::move(message->descriptors[i])});
        }
    }
    throw std::runtime_error("the old process did not pass its sockets");
}

void Takeover::fail(const std::string& why) const {
    channel_.send(UpgradeMessage::Failed, why, {}, Clock::now() + kPatience);
}

bool Takeover::ready(const std::vector<std::string>& unused) {
    const auto text = commaList(unused);
    if (!channel_.send(UpgradeMessage::Ready, text, {}, Clock::now() + kPatience)) return false;
    const auto word = channel_.receive();
    if (!word || word->kind != UpgradeMessage::Go) return false;
    std::istringstream(word->text) >> pid_ >> lastConnection_;
    return true;
}

void Takeover::handOn(Predecessors& predecessors) {
    for (auto& process : older_) predecessors.add(std::move(process));
    older_.clear();
    if (pid_ != 0) predecessors.add({pid_, std::move(channel_)});
}

}  // namespace berth::host
