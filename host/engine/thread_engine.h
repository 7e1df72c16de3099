// host/engine/thread_engine.h - a thread per client, from a pool of the service's own.
#pragma once

#include <Poco/ThreadPool.h>

#include <cstddef>
#include <memory>
#include <string>

#include "host/engine/acceptor.h"
#include "host/engine/engine.h"

namespace berth::host {

// Poco's TCPServer, one per listener, guarded against its traps: the pool is not shared, admission
// bounds the queue instead of Poco's silent discard, connection objects never throw while they are
// made, and the acceptor stops at once.
class ThreadEngine final : public Engine {
public:
    // `threads` bounds the handlers of each listener that run at once, `queue` those that wait
    // for a thread.
    ThreadEngine(const std::string& name, std::size_t threads, std::size_t queue,
                 std::shared_ptr<SessionSource> sessions);
    ~ThreadEngine() override;

    void listen(const Listeners& listeners) override { acceptors_.listen(listeners); }
    [[nodiscard]] bool idle() const override { return pool_.used() == 0; }

private:
    Poco::ThreadPool pool_;
    Acceptors acceptors_;
};

}  // namespace berth::host
