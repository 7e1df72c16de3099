// host/upgrade/answering.cpp
#include "host/upgrade/answering.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <system_error>
#include <utility>

#include "host/upgrade/client_rows.h"

namespace berth::host {
namespace {

using Clock = UpgradeChannel::Clock;

constexpr std::chrono::hours kUntilWoken{1};
// For one piece of an answer: who asked waits no longer for the whole.
constexpr std::chrono::seconds kSendLimit{1};

std::string_view takeWord(std::string_view& text) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

// Also when a handler takes no notice of it so far.
bool wereCut(const ChangeResult& killed) {
    return killed.ok() || killed.error == ChangeError::Timeout;
}

}  // namespace

Answering::Answering(UpgradeChannel channel, Host& host)
    : channel_(std::move(channel)), host_(host), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Answering::~Answering() {
    thread_.request_stop();
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.value(), &one, sizeof one);
}

void Answering::run(const std::stop_token& stop) const {
    while (!stop.stop_requested()) {
        const auto wait = channel_.wait(Clock::now() + kUntilWoken, wake_.value());
        if (wait == UpgradeChannel::Wait::Time) continue;
        if (wait != UpgradeChannel::Wait::Readable) return;
        const auto message = channel_.receive();
        if (!message) return;
        if (message->kind == UpgradeMessage::Question) answer(message->text);
    }
}

// `NUMBER connections SERVICE`, `NUMBER kill ID` or `NUMBER kill-service NAME`; each message of the
// answer begins with the number.
void Answering::answer(std::string_view question) const {
    const auto number = std::string(takeWord(question)) + ' ';
    const auto verb = takeWord(question);
    const auto send = [&](UpgradeMessage kind, const std::string& text) {
        return channel_.send(kind, number + text, {}, Clock::now() + kSendLimit);
    };
    if (verb != "connections") {
        static_cast<void>(send(UpgradeMessage::Answer, kill(verb, question)));
        return;
    }
    for (const auto& piece : toRows(host_.inventory().connections(question))) {
        if (!send(UpgradeMessage::Part, piece)) return;
    }
    static_cast<void>(send(UpgradeMessage::Answer, {}));
}

// How many were cut.
std::string Answering::kill(std::string_view verb, std::string_view name) const {
    if (verb == "kill-service") {
        const auto before = host_.inventory().connections(name).size();
        return wereCut(host_.services().killService(name)) ? std::to_string(before) : "0";
    }
    std::uint64_t id = 0;
    std::from_chars(name.data(), name.data() + name.size(), id);
    return verb == "kill" && wereCut(host_.services().killConnection(id)) ? "1" : "0";
}

}  // namespace berth::host
