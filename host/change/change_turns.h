// host/change/change_turns.h - one change after the other, and none once the end has begun.
#pragma once

#include <atomic>
#include <optional>

#include "berth/detail/mutex.h"
#include "host/change/change_result.h"

namespace berth::host {

// Threads: any.
class ChangeTurns {
public:
    // The turn of one change, held over all of it. At the end of the process nobody waits for it: a
    // drain has it then.
    class [[nodiscard]] BERTH_SCOPED Turn {
    public:
        // Unchecked: one that is refused at once holds no lock, and nothing is done with it.
        explicit Turn(ChangeTurns& turns) BERTH_ACQUIRE(turns.mutex_) BERTH_UNCHECKED
            : refused_(turns.refusal()) {
            if (refused_) return;
            lock_.emplace(turns.mutex_);
            refused_ = turns.refusal();
        }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() BERTH_RELEASE() = default;

        // Why nothing is changed any more; nothing: it is this one's turn.
        [[nodiscard]] const std::optional<ChangeResult>& refused() const noexcept {
            return refused_;
        }

    private:
        std::optional<ChangeResult> refused_;
        std::optional<detail::Lock> lock_;
    };

    // A turn that nothing refuses: of what follows a change, and of the end itself. Unchecked: the
    // analysis does not see that the lock is the caller's from here on.
    [[nodiscard]] detail::Lock take() BERTH_ACQUIRE(mutex_) BERTH_UNCHECKED {
        return detail::Lock(mutex_);
    }

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
    detail::Mutex mutex_;
    std::atomic<bool> ending_{false};
    std::atomic<bool> handedOver_{false};
};

}  // namespace berth::host
