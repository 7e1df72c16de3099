// plugins/upload/hash_thread.cpp
#include "upload/hash_thread.h"

namespace berth::upload {

HashThread::HashThread(Sha256& digest)
    : digest_(digest), thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::span<std::byte> HashThread::acquire() {
    std::unique_lock lock(mutex_);
    hashedChanged_.wait(lock, [this] { return submitted_ - hashed_ < kBlocks; });
    return blocks_[submitted_ % kBlocks].bytes;
}

void HashThread::submit(std::size_t size) {
    const std::lock_guard lock(mutex_);
    blocks_[submitted_ % kBlocks].size = size;
    ++submitted_;
    submittedChanged_.notify_one();
}

void HashThread::finish() {
    std::unique_lock lock(mutex_);
    hashedChanged_.wait(lock, [this] { return hashed_ == submitted_; });
}

void HashThread::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (submittedChanged_.wait(lock, stop, [this] { return hashed_ != submitted_; })) {
        const auto& block = blocks_[hashed_ % kBlocks];
        lock.unlock();
        digest_.update(std::span(block.bytes).first(block.size));
        lock.lock();
        ++hashed_;
        hashedChanged_.notify_one();
    }
}

}  // namespace berth::upload
