// tests/fuzz/protocol/control_bench.h - a session of the control port and its client, without a
// server: the two ends of one connection.
#pragma once

#include <memory>
#include <string>

#include "fuzz/protocol/script.h"
#include "host/base/unique_fd.h"
#include "host/control/auth/login.h"
#include "host/control/commands/dispatcher.h"
#include "host/control/server/clients.h"
#include "host/control/server/session.h"
#include "host/log/log_system.h"
#include "host/service/refusal_log.h"
#include "support/memory_log_sink.h"

namespace berth::fuzz {

// Lifetime: borrows the host.
class ControlBench {
public:
    explicit ControlBench(const host::Operations& host);

    enum class Way { Local, Tcp };
    // What the port answers to a client who does what the script says. Silences do not count.
    [[nodiscard]] std::string serve(const Script& script, Way way);

private:
    struct Ends {
        host::UniqueFd client;
        host::UniqueFd server;
    };
    [[nodiscard]] Ends connect(Way way) const;

    host::LogSystem logs_{
        {}, std::make_unique<test::MemoryLogSink>(std::make_shared<test::LogMemory>())};
    host::RefusalLog refusals_{logs_, "control"};
    host::control::Dispatcher dispatcher_;
    host::control::Credentials credentials_;
    host::ClientSetup setup_;
    host::control::SessionServices services_;
    host::control::Clients clients_;
    host::UniqueFd listener_;
};

}  // namespace berth::fuzz
