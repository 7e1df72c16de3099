// tests/plugins/upload/crash/disk_calls.cpp - stands before the C library's calls that change
// files, for this program and every plugin that it opens.
//
// A call that is missing here is noticed: the folder is then another one than the history tells.
//
// Calls with a 64 in their names, too: which of the two a file calls depends on the flags that it
// was built with, and here each means itself.
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE
#ifndef _LARGEFILE64_SOURCE
#define _LARGEFILE64_SOURCE
#endif
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdarg>

#include "disk_recorder.h"

namespace {

using berth::test::DiskRecorder;

// The next definition of a name after this program's. No static local: its guard may call
// syscall().
template <class Function>
Function* next(std::atomic<Function*>& known, const char* name) {
    auto* function = known.load(std::memory_order_relaxed);
    if (function == nullptr) {
        function = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
        known.store(function, std::memory_order_relaxed);
    }
    return function;
}

using Syscall = long(long, ...);
std::atomic<Syscall*> realSyscall{nullptr};

template <class... Arguments>
long kernel(long number, Arguments... arguments) {
    return next(realSyscall, "syscall")(number, arguments...);
}

long openIn(int folder, const char* name, int flags, mode_t mode, const DiskRecorder::Call& call) {
    auto* const recorder = DiskRecorder::active();
    if (recorder == nullptr || (flags & O_CREAT) == 0) return call();
    return recorder->make(folder, name, false, mode, call);
}

int openPlainly(int folder, const char* name, int flags, mode_t mode) {
    return static_cast<int>(openIn(folder, name, flags, mode,
                                   [&] { return kernel(SYS_openat, folder, name, flags, mode); }));
}

ssize_t writeAt(int file, const void* bytes, std::size_t count, long offset) {
    const auto call = [&] { return kernel(SYS_pwrite64, file, bytes, count, offset); };
    auto* const recorder = DiskRecorder::active();
    if (recorder == nullptr) return call();
    return recorder->write(file, static_cast<std::size_t>(offset), bytes, call);
}

int resize(int file, long size) {
    const auto call = [&] { return kernel(SYS_ftruncate, file, size); };
    auto* const recorder = DiskRecorder::active();
    return static_cast<int>(recorder == nullptr ? call() : recorder->resize(file, size, call));
}

long positionOf(int file) {
    return kernel(SYS_lseek, file, 0L, SEEK_CUR);
}

}  // namespace

extern "C" {

long syscall(long number, ...) noexcept {
    std::va_list list;
    va_start(list, number);
    long a[6];
    for (auto& argument : a) argument = va_arg(list, long);
    va_end(list);
    const auto call = [&] { return kernel(number, a[0], a[1], a[2], a[3], a[4], a[5]); };
    if (number != SYS_openat2) return call();
    const auto& how = *reinterpret_cast<const open_how*>(a[2]);
    return openIn(static_cast<int>(a[0]), reinterpret_cast<const char*>(a[1]),
                  static_cast<int>(how.flags), static_cast<mode_t>(how.mode), call);
}

int openat(int folder, const char* name, int flags, ...) {
    std::va_list list;
    va_start(list, flags);
    const auto mode = va_arg(list, mode_t);
    va_end(list);
    return openPlainly(folder, name, flags, mode);
}

int openat64(int folder, const char* name, int flags, ...) {
    std::va_list list;
    va_start(list, flags);
    const auto mode = va_arg(list, mode_t);
    va_end(list);
    return openPlainly(folder, name, flags, mode);
}

int mkdirat(int folder, const char* name, mode_t mode) noexcept {
    const auto call = [&] { return kernel(SYS_mkdirat, folder, name, mode); };
    auto* const recorder = DiskRecorder::active();
    return static_cast<int>(recorder == nullptr ? call()
                                                : recorder->make(folder, name, true, mode, call));
}

int unlinkat(int folder, const char* name, int flags) noexcept {
    const auto call = [&] { return kernel(SYS_unlinkat, folder, name, flags); };
    auto* const recorder = DiskRecorder::active();
    return static_cast<int>(recorder == nullptr ? call() : recorder->remove(folder, name, call));
}

int renameat2(int from, const char* name, int to, const char* target, unsigned flags) noexcept {
    const auto call = [&] { return kernel(SYS_renameat2, from, name, to, target, flags); };
    auto* const recorder = DiskRecorder::active();
    return static_cast<int>(recorder == nullptr ? call() : recorder->move(from, to, name, call));
}

ssize_t write(int file, const void* bytes, std::size_t count) {
    const auto call = [&] { return kernel(SYS_write, file, bytes, count); };
    auto* const recorder = DiskRecorder::active();
    if (recorder == nullptr) return call();
    const auto offset = positionOf(file);
    if (offset < 0) return call();
    return recorder->write(file, static_cast<std::size_t>(offset), bytes, call);
}

ssize_t pwrite(int file, const void* bytes, std::size_t count, off_t offset) {
    return writeAt(file, bytes, count, offset);
}

ssize_t pwrite64(int file, const void* bytes, std::size_t count, off64_t offset) {
    return writeAt(file, bytes, count, offset);
}

int ftruncate(int file, off_t size) noexcept {
    return resize(file, size);
}

int ftruncate64(int file, off64_t size) noexcept {
    return resize(file, size);
}

int fchmod(int file, mode_t mode) noexcept {
    const auto call = [&] { return kernel(SYS_fchmod, file, mode); };
    auto* const recorder = DiskRecorder::active();
    return static_cast<int>(recorder == nullptr ? call() : recorder->setMode(file, mode, call));
}

// No test here needs the disk: what reaches it is for the history to tell.
int fsync(int file) {
    auto* const recorder = DiskRecorder::active();
    return recorder == nullptr ? 0 : static_cast<int>(recorder->sync(file));
}

}  // extern "C"
