// host/engine/engine.h - what runs the handlers of one service.
#pragma once

#include <memory>
#include <vector>

#include "host/engine/session.h"
#include "host/listen/listener.h"

namespace berth::host {

// Threads:  called by the host, one call at a time.
// Lifetime: outlives every session that it took. Destroy it only when none is left.
class Engine {
public:
    using Listeners = std::vector<std::shared_ptr<Listener>>;

    Engine() = default;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    virtual ~Engine() = default;

    // Accepts on exactly these listeners from now on: those not accepted on before are begun,
    // those no longer named are left alone, and sessions go on.
    // Throws: std::exception when no thread can be started; nothing has changed then.
    virtual void listen(const Listeners& listeners) = 0;
    // True when no session is left on it. Asked after listen({}).
    [[nodiscard]] virtual bool idle() const = 0;
};

}  // namespace berth::host
