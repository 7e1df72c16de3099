// plugins/upload/hash_slots.h - how many uploads of a service may have a hashing thread at once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <semaphore>
#include <thread>

namespace berth::upload {

// More threads than processors only cost memory: an upload without a slot is hashed in between.
//
// Threads: any.
class HashSlots {
public:
    // One slot, given back when it goes. Empty when all were taken.
    class Slot {
    public:
        explicit Slot(HashSlots& slots)
            : semaphore_(slots.semaphore_), held_(semaphore_.try_acquire()) {}
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot() {
            if (held_) semaphore_.release();
        }
        [[nodiscard]] explicit operator bool() const noexcept { return held_; }

    private:
        std::counting_semaphore<>& semaphore_;
        bool held_;
    };

private:
    std::counting_semaphore<> semaphore_{
        static_cast<std::ptrdiff_t>(std::max(2U, std::thread::hardware_concurrency()))};
};

}  // namespace berth::upload
