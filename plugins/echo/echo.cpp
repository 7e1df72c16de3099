// plugins/echo/echo.cpp - sends back every byte it receives.
#include <berth/export.h>
#include <berth/service.h>
#include <berth/settings.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <vector>

namespace {

struct Settings {
    berth::EscapedText greeting;
    berth::EscapedText suffix;

    static void describe(berth::Schema<Settings>& schema) {
        schema.field("greeting", &Settings::greeting, "Sent to each new client.");
        schema.field("suffix", &Settings::suffix, "Added to each chunk that is sent back.");
    }
};

// Threads: one object serves all clients at once, so it never changes.
class Echo final : public berth::Service {
public:
    Echo(const Settings& settings, berth::Context&) : settings_(settings) {}

    void handle(berth::Connection& client) override {
        client.writeText(settings_.greeting.bytes);
        while (const auto bytes = client.receive()) {
            if (settings_.suffix.bytes.empty()) {
                client.write(bytes);
            } else {
                client.write(withSuffix(bytes));
            }
        }
    }

private:
    // In one piece, so that the client receives a chunk and its suffix together.
    [[nodiscard]] std::vector<std::byte> withSuffix(std::span<const std::byte> bytes) const {
        std::vector<std::byte> reply(bytes.begin(), bytes.end());
        std::ranges::copy(std::as_bytes(std::span(settings_.suffix.bytes)),
                          std::back_inserter(reply));
        return reply;
    }

    const Settings settings_;
};

}  // namespace

BERTH_SERVICE("echo", Echo, Settings);
