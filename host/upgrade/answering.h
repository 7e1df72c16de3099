// host/upgrade/answering.h - a process that drains tells the one that took over of its clients.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "host/base/unique_fd.h"
#include "host/host.h"
#include "host/upgrade/channel.h"

namespace berth::host {

// Answers what Predecessors ask, until it is destroyed.
//
// Threads: its own. Lifetime: the host outlives it.
class Answering {
public:
    // Throws: std::system_error.
    Answering(UpgradeChannel channel, Host& host);
    Answering(const Answering&) = delete;
    Answering& operator=(const Answering&) = delete;
    ~Answering();

private:
    void run(const std::stop_token& stop) const;
    void answer(std::string_view question) const;
    [[nodiscard]] std::string kill(std::string_view verb, std::string_view name) const;

    const UpgradeChannel channel_;
    Host& host_;
    const UniqueFd wake_;  // an eventfd
    std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace berth::host
