// tests/fuzz/model/control_model.h - what the control port's page says, for one client.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/model/expected.h"

namespace berth::fuzz {

inline constexpr std::string_view kControlToken = "0123456789abcdef0123456789abcdef";
inline constexpr int kWrongTokens = 3;     // on one connection
inline constexpr int kDeniedRequests = 6;  // before a token

// What the host is at the moment, as far as waiting goes; and what it was asked to change.
struct ControlledHost {
    struct Service {
        enum class State { Serving, Draining, Stopped };

        State state = State::Serving;
        int open = 0;
    };

    std::map<std::string, Service> services{{"shout", {Service::State::Serving, 2}},
                                            {"quiet", {Service::State::Stopped, 0}}};
    std::vector<std::string> asked{};
    bool handedOver = false;  // another process took over
};

// Lifetime: borrows the host.
class ControlModel {
public:
    // `local`: over a Unix socket, where the kernel vouches for the client.
    ControlModel(bool local, ControlledHost& host) : local_(local), granted_(local), host_(host) {}

    // What is answered to all that a client sends.
    // Throws: Unpredictable.
    void converse(std::string_view bytes, Expected& expected);

private:
    using Words = std::span<const std::string>;
    using Service = ControlledHost::Service;

    // False when the server closes.
    [[nodiscard]] bool answer(std::string_view line, Expected& expected);
    // The code of the reply; empty when all is well. Throws: the same as a string.
    [[nodiscard]] std::string run(const std::string& verb, Words words);
    void look(const std::string& verb, Words words) const;
    [[nodiscard]] std::string change(const std::string& verb, Words words);
    [[nodiscard]] std::string authenticate(Words words);
    [[nodiscard]] std::string drain(Words words);
    [[nodiscard]] std::string wait(Words words);
    [[nodiscard]] std::string await(const std::string& goal, const std::string& service,
                                    Words limit);

    [[nodiscard]] std::string service(Words& words) const;
    [[nodiscard]] std::string serviceBeforeLimit(Words& words) const;
    [[nodiscard]] std::vector<Service*> named(const std::string& service);
    void ask(const std::string& request) { host_.asked.push_back(request); }

    const bool local_;
    bool granted_;
    ControlledHost& host_;
    int wrongTokens_ = 0;
    int denied_ = 0;
    bool closes_ = false;
};

}  // namespace berth::fuzz
