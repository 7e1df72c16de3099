// tests/support/no_more_threads.h - a process in which no thread can be made.
#pragma once

#include <cppunit/TestAssert.h>
#include <pthread.h>
#include <sys/resource.h>

#include <cstddef>

namespace berth::test {

// As long as it lives. New stacks are so large, those of ended threads included, that none fits
// into the address space. Not with a sanitizer, which maps more than any limit allows.
class NoMoreThreads {
public:
    NoMoreThreads() {
        ::getrlimit(RLIMIT_AS, &before_);
        ::pthread_getattr_default_np(&attributes_);
        auto large = attributes_;
        ::pthread_attr_setstacksize(&large, std::size_t{1} << 40);
        CPPUNIT_ASSERT_EQUAL(0, ::pthread_setattr_default_np(&large));
        auto low = before_;
        low.rlim_cur = rlim_t{1} << 39;
        ::setrlimit(RLIMIT_AS, &low);
    }
    NoMoreThreads(const NoMoreThreads&) = delete;
    NoMoreThreads& operator=(const NoMoreThreads&) = delete;
    ~NoMoreThreads() {
        ::setrlimit(RLIMIT_AS, &before_);
        ::pthread_setattr_default_np(&attributes_);
    }

private:
    rlimit before_{};
    pthread_attr_t attributes_{};
};

}  // namespace berth::test
