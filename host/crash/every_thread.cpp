// host/crash/every_thread.cpp - part of berthd alone: each thread of the process, whoever makes it
// (Poco, the standard library, a plugin), gets a stack for signal handlers.
//
// The loader finds this pthread_create() before the C library's, since it is the program's. With a
// sanitizer, which does the same for itself, it is not built.
#include "berth/detail/sanitizers.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <dlfcn.h>
#include <pthread.h>

#include <cerrno>
#include <memory>
#include <new>

#include "host/crash/signal_stack.h"

namespace {

using Run = void* (*)(void*);
using Create = int (*)(pthread_t*, const pthread_attr_t*, Run, void*);

struct Start {
    Run run;
    void* argument;
};

void* begin(void* given) {
    const auto [run, argument] = *std::unique_ptr<Start>(static_cast<Start*>(given));
    const berth::host::crash::SignalStack signalStack;
    return run(argument);
}

}  // namespace

// NOLINTNEXTLINE: the C library's name.
extern "C" [[gnu::visibility("default")]] int pthread_create(pthread_t* thread,
                                                             const pthread_attr_t* attributes,
                                                             Run run, void* argument) noexcept {
    static const auto create = reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"));
    std::unique_ptr<Start> start(new (std::nothrow) Start{run, argument});
    if (!start) return EAGAIN;
    const int error = create(thread, attributes, begin, start.get());
    if (error == 0) static_cast<void>(start.release());
    return error;
}

#endif
