// host/change/change_turns.h - one change after the other, and none once the end has begun.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>

#include "host/change/change_result.h"

namespace berth::host {

// Threads: any.
class ChangeTurns {
public:
    using Lock = std::unique_lock<std::mutex>;

    // The turn of one change, held over all of it. At the end of the process nobody waits for it: a
    // drain has it then.
    class [[nodiscard]] Turn {
    public:
        explicit Turn(ChangeTurns& turns)
            : refused_(turns.refusal()), lock_(turns.mutex_, std::defer_lock) {
            if (refused_) return;
            lock_.lock();
            refused_ = turns.refusal();
        }
        // Why nothing is changed any more; nothing: it is this one's turn.
        [[nodiscard]] const std::optional<ChangeResult>& refused() const noexcept {
            return refused_;
        }

    private:
        std::optional<ChangeResult> refused_;
        Lock lock_;
    };

    // A turn that nothing refuses: of what follows a change, and of the end itself.
    [[nodiscard]] Lock take() { return Lock(mutex_); }

    // From here on changes are refused.
    void end() noexcept { ending_ = true; }
    // The same, since another process serves.
    void handOver() noexcept {
        handedOver_ = true;
        ending_ = true;
    }
    [[nodiscard]] bool ending() const noexcept { return ending_; }

    [[nodiscard]] std::optional<ChangeResult> handedOver() const {
        if (!handedOver_) return std::nullopt;
        return ChangeResult::failure(
            ChangeError::Refused,
            "another process serves by now, and this one only drains: connect to the control port "
            "again to reach it");
    }
    [[nodiscard]] std::optional<ChangeResult> refusal() const {
        if (handedOver_) return handedOver();
        if (!ending_) return std::nullopt;
        return ChangeResult::failure(ChangeError::Refused, "the host is shutting down");
    }

private:
    std::mutex mutex_;
    std::atomic<bool> ending_{false};
    std::atomic<bool> handedOver_{false};
};

}  // namespace berth::host
