// host/upgrade/takeover.h - the new process's part in an upgrade.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/listen/passed_sockets.h"
#include "host/upgrade/channel.h"
#include "host/upgrade/predecessors.h"

namespace berth::host {

// Threads: one.
class Takeover {
public:
    // The channel that the old process handed over; nothing at an ordinary start. The variable
    // that names it is unset, so that children do not take it for theirs.
    // Threads: call before any other thread runs, since it changes the environment.
    [[nodiscard]] static std::optional<Takeover> fromEnvironment();

    // What the old process listens on. Throws: std::runtime_error when it says something else.
    [[nodiscard]] std::vector<PassedSockets::Entry> receive();
    // After receive(): the services that an operator stopped there.
    [[nodiscard]] const std::vector<std::string>& stopped() const noexcept { return stopped_; }
    // Tells why this process ends; the old one goes on.
    void fail(const std::string& why) const;
    // Tells that everything is prepared and waits for the word to begin. False when the old process
    // gave up or ended without it: it may still serve, so this one must not.
    [[nodiscard]] bool ready(const std::vector<std::string>& unused);

    // After ready(): the old process and those behind it that still drain.
    void handOn(Predecessors& predecessors);
    // The number of the old process's last connection so far.
    [[nodiscard]] std::uint64_t lastConnection() const noexcept { return lastConnection_; }

private:
    explicit Takeover(UniqueFd channel) : channel_(std::move(channel)) {}

    void takeOlder(UpgradeChannel::Message message);

    UpgradeChannel channel_;
    std::vector<std::string> stopped_;
    std::vector<Predecessors::Process> older_;
    long pid_ = 0;
    std::uint64_t lastConnection_ = 0;
};

}  // namespace berth::host
