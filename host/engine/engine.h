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

    // Acceptors whose threads wait for begin(). Destroyed without it, they leave no trace.
    struct Waiting {
        Waiting() = default;
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;
        virtual ~Waiting() = default;
    };

    // Makes what it takes to accept on these listeners, but touches none of them: another engine
    // may be accepting there. To be destroyed before the engine.
    // Throws: std::exception when no thread can be started.
    [[nodiscard]] virtual std::unique_ptr<Waiting> prepare(const Listeners& listeners) = 0;
    // Accepts on exactly these listeners from now on: those for which prepare() made `waiting` are
    // begun, those no longer named are left alone, and sessions go on.
    virtual void begin(const Listeners& listeners, std::unique_ptr<Waiting> waiting) noexcept = 0;
    // Both at once. Throws: as prepare(); nothing has changed then.
    void listen(const Listeners& listeners) { begin(listeners, prepare(listeners)); }
    // Accepts no more on others than these.
    void listenOnly(const Listeners& kept) noexcept { begin(kept, nullptr); }
    // True when no session is left on it. Asked after listenOnly({}).
    [[nodiscard]] virtual bool idle() const = 0;
};

}  // namespace berth::host
