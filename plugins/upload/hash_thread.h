// plugins/upload/hash_thread.h - hashes blocks on a thread of its own while the next ones arrive.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

#include "upload/digest.h"

namespace berth::upload {

// A small ring of blocks: one is filled while those before it are hashed, in order.
//
// Threads:  one caller at a time beside its own thread.
// Lifetime: borrows the digest, which is the thread's until finish() returned or it is destroyed.
class HashThread {
public:
    static constexpr std::size_t kBlockSize = std::size_t{256} << 10U;

    explicit HashThread(Sha256& digest);

    // The block to fill next. Waits until it is free.
    [[nodiscard]] std::span<std::byte> acquire();
    // Hashes the first `size` bytes of that block.
    void submit(std::size_t size);
    // Waits until everything submitted is hashed.
    void finish();

private:
    static constexpr std::size_t kBlocks = 4;

    struct Block {
        std::vector<std::byte> bytes = std::vector<std::byte>(kBlockSize);
        std::size_t size = 0;
    };

    void run(const std::stop_token& stop);

    Sha256& digest_;
    std::array<Block, kBlocks> blocks_;
    std::mutex mutex_;
    std::condition_variable_any submittedChanged_;
    std::condition_variable hashedChanged_;
    std::size_t submitted_ = 0;
    std::size_t hashed_ = 0;
    std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace berth::upload
