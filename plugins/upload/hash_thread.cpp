// plugins/upload/hash_thread.cpp
#include "upload/hash_thread.h"

#include <algorithm>
#include <utility>

namespace berth::upload {

HashThread::HashThread(Sha256& digest) : digest_(digest), thread_([this] { run(); }) {}

HashThread::~HashThread() {
    {
        const detail::Lock lock(mutex_);
        stop_ = true;
    }
    submittedChanged_.notify_one();
    thread_.join();
}

std::span<std::byte> HashThread::room() {
    if (filled_ == 0) {
        detail::UniqueLock lock(mutex_);
        hashedChanged_.wait(lock.native(), [this]() BERTH_REQUIRES(mutex_) {
            return submitted_ - hashed_ < kBlocks;
        });
        if (error_) std::rethrow_exception(error_);
    }
    return std::span(blocks_[filling_].bytes.get(), kBlockSize).subspan(filled_);
}

void HashThread::add(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto free = room();
        const auto part = bytes.first(std::min(bytes.size(), free.size()));
        if (part.data() != free.data()) std::ranges::copy(part, free.begin());
        filled_ += part.size();
        bytes = bytes.subspan(part.size());
        // Not only when it is full: what is left over would make a small read.
        if (filled_ > kBlockSize / 2) submit();
    }
}

void HashThread::finish() {
    if (filled_ != 0) submit();
    detail::UniqueLock lock(mutex_);
    hashedChanged_.wait(lock.native(),
                        [this]() BERTH_REQUIRES(mutex_) { return hashed_ == submitted_; });
    if (error_) std::rethrow_exception(error_);
}

void HashThread::submit() {
    blocks_[filling_].size = std::exchange(filled_, 0);
    filling_ = (filling_ + 1) % kBlocks;
    {
        const detail::Lock lock(mutex_);
        ++submitted_;
    }
    submittedChanged_.notify_one();
}

void HashThread::run() {
    detail::UniqueLock lock(mutex_);
    for (;;) {
        submittedChanged_.wait(lock.native(), [this]() BERTH_REQUIRES(mutex_) {
            return stop_ || hashed_ != submitted_;
        });
        if (stop_) return;
        const auto& block = blocks_[hashed_ % kBlocks];
        const bool works = !error_;
        lock.unlock();
        std::exception_ptr error;
        try {
            if (works) digest_.update({block.bytes.get(), block.size});
        } catch (...) {
            error = std::current_exception();
        }
        lock.lock();
        if (error) error_ = error;
        ++hashed_;
        hashedChanged_.notify_one();
    }
}

}  // namespace berth::upload
