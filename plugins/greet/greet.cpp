// plugins/greet/greet.cpp - sends a message and closes.
#include <berth/export.h>
#include <berth/service.h>
#include <berth/settings.h>

#include <chrono>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long a client may take to close its end after it got the message.
constexpr milliseconds kFarewell{2'000};

struct Settings {
    berth::EscapedText message{"Thank you for connecting"};

    static void describe(berth::Schema<Settings>& schema) {
        schema.field("message", &Settings::message, "Sent to each client before it is closed.");
    }
};

// Takes what the client sends until it closes its end. A connection that is closed with bytes
// unread is reset, and the reset can overtake the message.
void takeRest(berth::Connection& client) {
    const auto deadline = Clock::now() + kFarewell;
    for (auto left = kFarewell; left.count() > 0;
         left = std::chrono::ceil<milliseconds>(deadline - Clock::now())) {
        if (client.wait({}, left, berth::ClientEvent::Input).timedOut()) return;
        if (!client.receive()) return;
    }
}

class Greet final : public berth::Service {
public:
    Greet(const Settings& settings, berth::Context&) : settings_(settings) {}

    void handle(berth::Connection& client) override {
        client.writeText(settings_.message.bytes);
        client.finish();
        takeRest(client);
    }

private:
    const Settings settings_;
};

}  // namespace

BERTH_SERVICE("greet", Greet, Settings);
