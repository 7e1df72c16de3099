// berth/detail/sanitizers.h - which sanitizer a file is compiled for, the same with GCC and Clang.
#pragma once

// GCC defines these itself, Clang from its version 21 on.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#if __has_feature(thread_sanitizer) && !defined(__SANITIZE_THREAD__)
#define __SANITIZE_THREAD__ 1
#endif
#endif
