// tests/inject/memory.cpp - memory, and what is made of it by libraries.
#include <dlfcn.h>
#include <locale.h>
#include <sys/mman.h>
#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

#include "inject/wrap.h"

namespace {

using Map = void* (*)(void*, std::size_t, int, int, int, off_t);

void* map(Map real, void* at, std::size_t size, int rights, int flags, int file, off_t offset) {
    if (berth::inject::verdict("mmap") == berth::inject::Verdict::Fail) return MAP_FAILED;
    return real(at, size, rights, flags, file, offset);
}

}  // namespace

BERTH_DECLARE(void*, "mmap", inject_mmap,
              (void* at, std::size_t size, int rights, int flags, int file, off_t offset)) {
    static const auto real = berth::inject::next<Map>("mmap");
    return map(real, at, size, rights, flags, file, offset);
}

BERTH_DECLARE(void*, "mmap64", inject_mmap64,
              (void* at, std::size_t size, int rights, int flags, int file, off_t offset)) {
    static const auto real = berth::inject::next<Map>("mmap64");
    return map(real, at, size, rights, flags, file, offset);
}

BERTH_WRAP(int, mprotect, (void* at, std::size_t size, int rights), (at, size, rights))
BERTH_WRAP(int, madvise, (void* at, std::size_t size, int advice), (at, size, advice))
BERTH_WRAP(locale_t, newlocale, (int mask, const char* name, locale_t base), (mask, name, base))
BERTH_WRAP(void*, SSL_CTX_new, (const void* method), (method))
BERTH_WRAP(void*, SSL_new, (void* context), (context))
BERTH_WRAP(void*, EVP_MD_CTX_new, (), ())

void* operator new(std::size_t size) {
    berth::inject::allocating();
    if (void* const memory = std::malloc(size != 0 ? size : 1)) return memory;
    throw std::bad_alloc();
}

void* operator new[](std::size_t size) {
    return ::operator new(size);
}

void* operator new(std::size_t size, const std::nothrow_t&) noexcept try {
    return ::operator new(size);
} catch (const std::bad_alloc&) {
    return nullptr;
}

void* operator new[](std::size_t size, const std::nothrow_t& none) noexcept {
    return ::operator new(size, none);
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete[](void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}
