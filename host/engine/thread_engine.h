// host/engine/thread_engine.h - a thread per client, from threads of the service's own.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "host/engine/acceptor.h"
#include "host/engine/client_threads.h"
#include "host/engine/engine.h"

namespace berth::host {

// Poco's TCPServer accepts; its filter takes the admitted client over.
class ThreadEngine final : public Engine {
public:
    // `threads` bounds the handlers that run at once. Throws: Poco::Exception.
    ThreadEngine(const std::string& name, std::size_t threads,
                 std::shared_ptr<SessionSource> sessions);
    ~ThreadEngine() override;

    [[nodiscard]] std::unique_ptr<Waiting> prepare(const Listeners& listeners) override {
        return acceptors_.prepare(listeners);
    }
    void begin(const Listeners& listeners, std::unique_ptr<Waiting> waiting) noexcept override {
        acceptors_.begin(listeners, std::move(waiting));
    }
    [[nodiscard]] bool idle() const override { return threads_.idle(); }

private:
    ClientThreads threads_;
    Acceptors acceptors_;
};

}  // namespace berth::host
