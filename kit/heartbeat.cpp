// kit/heartbeat.cpp
#include "kit/heartbeat.h"

#include "kit/test_bed.h"

namespace berth::kit {
namespace {

constexpr std::chrono::milliseconds kBetweenQuestions{10};
constexpr std::chrono::milliseconds kLook{50};  // how often a late answer is noted

}  // namespace

Heartbeat::Heartbeat(host::LoopGroup& loops)
    : sessions_(std::make_shared<KitSessions>(service_)),
      engine_("heartbeat", loops, sessions_),
      listener_(openListener()) {
    engine_.listen({listener_});
    client_ = std::make_unique<Client>(listener_->bound().port);
    thread_ = std::jthread([this](const std::stop_token& stop) { beat(stop); });
}

Heartbeat::~Heartbeat() {
    thread_ = std::jthread();
    client_->close();
    engine_.listen({});
}

void Heartbeat::beat(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto asked = Client::Clock::now();
        client_->send("?", kLook);
        bool answered = false;
        while (!answered && !stop.stop_requested()) {
            answered = client_->hears(kLook);
            note(std::chrono::duration_cast<std::chrono::milliseconds>(Client::Clock::now() -
                                                                       asked));
        }
        std::this_thread::sleep_for(kBetweenQuestions);
    }
}

void Heartbeat::note(std::chrono::milliseconds took) noexcept {
    auto known = longest_.load();
    while (known < took && !longest_.compare_exchange_weak(known, took)) continue;
}

std::chrono::milliseconds Heartbeat::takeLongest() noexcept {
    return longest_.exchange({});
}

}  // namespace berth::kit
