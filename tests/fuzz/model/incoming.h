// tests/fuzz/model/incoming.h - a client's bytes as a server comes to hold them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "fuzz/protocol/script.h"

namespace berth::fuzz {

// Lifetime: borrows the script.
class Incoming {
public:
    enum class Event { Data, Silence, End, Lost };

    explicit Incoming(const Script& script) : script_(script) {}

    // What arrived and was not taken.
    [[nodiscard]] std::string_view held() const noexcept { return held_; }
    void take(std::size_t count) { held_.erase(0, count); }

    // Waits: what arrives next is held.
    Event more();
    // The same for bytes that are content: at most so many of a piece are taken, with nothing
    // held behind them.
    Event moreInto(std::string& content, std::size_t most);
    // The client is gone before it sends another byte.
    [[nodiscard]] bool breaksNow() const;

private:
    [[nodiscard]] Event fetch();

    const Script& script_;
    std::size_t at_ = 0;
    std::string arrived_;  // a piece that was not looked at whole
    std::string held_;
};

}  // namespace berth::fuzz
