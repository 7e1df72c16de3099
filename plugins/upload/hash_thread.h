// plugins/upload/hash_thread.h - hashes bytes on a thread of its own while the next ones arrive.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <span>
#include <thread>

#include "berth/detail/mutex.h"
#include "upload/digest.h"

namespace berth::upload {

// A small ring of blocks: one is filled while those before it are hashed, in order.
//
// Threads:  one caller at a time beside its own thread. Every call may wait for it.
// Lifetime: borrows the digest, which is the thread's until finish() returned or it is destroyed.
class HashThread {
public:
    explicit HashThread(Sha256& digest);
    HashThread(const HashThread&) = delete;
    HashThread& operator=(const HashThread&) = delete;
    // What is not hashed by then never is.
    ~HashThread();

    // Where the next bytes had best be put: the rest of the block that is being filled.
    // Throws: what hashing threw.
    [[nodiscard]] std::span<std::byte> room();
    // Bytes to be hashed soon, copied unless they lie at the front of room().
    // Throws: what hashing threw.
    void add(std::span<const std::byte> bytes);
    // Waits until everything added is hashed. Throws: what hashing threw.
    void finish();

private:
    static constexpr std::size_t kBlockSize = std::size_t{256} << 10U;
    static constexpr std::size_t kBlocks = 4;

    struct Block {
        std::unique_ptr<std::byte[]> bytes =
            std::make_unique_for_overwrite<std::byte[]>(kBlockSize);
        std::size_t size = 0;
    };

    void submit();
    void run();

    Sha256& digest_;
    std::array<Block, kBlocks> blocks_;
    // The caller's: which block it fills, and how far.
    std::size_t filling_ = 0;
    std::size_t filled_ = 0;

    detail::Mutex mutex_;
    std::condition_variable submittedChanged_;
    std::condition_variable hashedChanged_;
    std::size_t submitted_ BERTH_GUARDED_BY(mutex_) = 0;
    std::size_t hashed_ BERTH_GUARDED_BY(mutex_) = 0;
    bool stop_ BERTH_GUARDED_BY(mutex_) = false;
    std::exception_ptr error_ BERTH_GUARDED_BY(mutex_);

    std::thread thread_;  // last: it uses the others
};

}  // namespace berth::upload
