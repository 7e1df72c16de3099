// host/upgrade/takeover.cpp
#include "host/upgrade/takeover.h"

#include <fcntl.h>

#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "host/phrases.h"
#include "host/upgrade/child_process.h"
#include "host/upgrade/socket_names.h"

namespace berth::host {
namespace {

using Clock = UpgradeChannel::Clock;

constexpr std::chrono::minutes kPatience{1};

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

std::vector<PassedSockets::Entry> Takeover::receive() const {
    std::vector<PassedSockets::Entry> sockets;
    for (;;) {
        if (channel_.wait(Clock::now() + kPatience) != UpgradeChannel::Wait::Readable) break;
        auto message = channel_.receive();
        if (!message) break;
        if (message->kind == UpgradeMessage::End && message->text == kUpgradeGreeting) {
            return sockets;
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

bool Takeover::ready(const std::vector<std::string>& unused) const {
    const auto text = commaList(unused);
    if (!channel_.send(UpgradeMessage::Ready, text, {}, Clock::now() + kPatience)) return false;
    const auto word = channel_.receive();
    return word && word->kind == UpgradeMessage::Go;
}

}  // namespace berth::host
