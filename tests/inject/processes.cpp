// tests/inject/processes.cpp - calls about processes, threads, users and signals.
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstddef>
#include <utility>

#include "inject/wrap.h"

BERTH_WRAP(pid_t, fork, (), ())
BERTH_WRAP(int, execve, (const char* path, char* const* words, char* const* variables),
           (path, words, variables))
BERTH_WRAP(pid_t, waitpid, (pid_t process, int* status, int options), (process, status, options))
BERTH_WRAP(int, waitid, (idtype_t type, id_t id, siginfo_t* status, int options),
           (type, id, status, options))
BERTH_WRAP(int, kill, (pid_t process, int signal), (process, signal))
BERTH_WRAP(pid_t, setsid, (), ())
BERTH_WRAP(int, nice, (int more), (more))
BERTH_WRAP(int, prctl, (int option, long a, long b, long c, long d), (option, a, b, c, d))
BERTH_WRAP_BOTH(int, getrlimit, (int resource, rlimit* limit), (resource, limit))
BERTH_WRAP_BOTH(int, setrlimit, (int resource, const rlimit* limit), (resource, limit))
BERTH_WRAP(int, getgroups, (int size, gid_t* groups), (size, groups))
BERTH_WRAP(int, getgrouplist, (const char* user, gid_t group, gid_t* groups, int* count),
           (user, group, groups, count))
BERTH_WRAP(ssize_t, getrandom, (void* bytes, std::size_t size, unsigned flags),
           (bytes, size, flags))
BERTH_WRAP(int, sigwaitinfo, (const sigset_t* signals, siginfo_t* info), (signals, info))
BERTH_WRAP(int, sigtimedwait, (const sigset_t* signals, siginfo_t* info, const timespec* limit),
           (signals, info, limit))
BERTH_WRAP(int, sigaltstack, (const stack_t* stack, stack_t* before), (stack, before))

using Run = void* (*)(void*);
BERTH_WRAP_RETURNING(pthread_create,
                     (pthread_t * thread, const pthread_attr_t* attributes, Run run,
                      void* argument),
                     (thread, attributes, run, argument))
BERTH_WRAP_RETURNING(pthread_kill, (pthread_t thread, int signal), (thread, signal))
BERTH_WRAP_RETURNING(pthread_getattr_np, (pthread_t thread, pthread_attr_t* attributes),
                     (thread, attributes))
BERTH_WRAP_RETURNING(posix_spawn,
                     (pid_t * process, const char* path, const posix_spawn_file_actions_t* actions,
                      const posix_spawnattr_t* attributes, char* const* words,
                      char* const* variables),
                     (process, path, actions, attributes, words, variables))
BERTH_WRAP_RETURNING(posix_spawn_file_actions_adddup2,
                     (posix_spawn_file_actions_t * actions, int from, int to), (actions, from, to))
BERTH_WRAP_RETURNING(posix_spawn_file_actions_addopen,
                     (posix_spawn_file_actions_t * actions, int descriptor, const char* path,
                      int flags, mode_t mode),
                     (actions, descriptor, path, flags, mode))
BERTH_WRAP_RETURNING(posix_spawn_file_actions_addchdir_np,
                     (posix_spawn_file_actions_t * actions, const char* path), (actions, path))
BERTH_WRAP_RETURNING(posix_spawn_file_actions_addclosefrom_np,
                     (posix_spawn_file_actions_t * actions, int from), (actions, from))
BERTH_WRAP_RETURNING(getpwnam_r,
                     (const char* name, passwd* entry, char* room, std::size_t size,
                      passwd** found),
                     (name, entry, room, size, found))
BERTH_WRAP_RETURNING(getpwuid_r,
                     (uid_t user, passwd* entry, char* room, std::size_t size, passwd** found),
                     (user, entry, room, size, found))
BERTH_WRAP_RETURNING(getgrnam_r,
                     (const char* name, group* entry, char* room, std::size_t size, group** found),
                     (name, entry, room, size, found))

namespace {

const char* systemCallName(long number) noexcept {
    switch (number) {
        case SYS_openat2:
            return "syscall:openat2";
        case SYS_pidfd_open:
            return "syscall:pidfd_open";
        case SYS_close_range:
            return "syscall:close_range";
        case SYS_setgroups:
            return "syscall:setgroups";
        case SYS_setresgid:
            return "syscall:setresgid";
        case SYS_setresuid:
            return "syscall:setresuid";
        case SYS_setfsgid:
            return "syscall:setfsgid";
        case SYS_setfsuid:
            return "syscall:setfsuid";
        case SYS_clone:
            return "syscall:clone";
        case SYS_setsid:
            return "syscall:setsid";
        case SYS_chdir:
            return "syscall:chdir";
        case SYS_prctl:
            return "syscall:prctl";
        case SYS_ppoll:
            return "syscall:ppoll";
        case SYS_kill:
            return "syscall:kill";
        case SYS_gettid:
            return "syscall:gettid";
        case SYS_tgkill:
            return "syscall:tgkill";
        case SYS_futex:
            return "syscall:futex";
        default:
            return "syscall";
    }
}

}  // namespace

BERTH_WRAP_AS(systemCallName(number), long, syscall,
              (long number, long a, long b, long c, long d, long e, long f),
              (number, a, b, c, d, e, f), -1)

// What returns twice on one stack has no frame: the C library's own one is jumped to.
#ifdef __x86_64__
extern "C" {

void* inject_vfork_real = nullptr;

bool inject_vfork_fails() noexcept {
    static void* const real = berth::inject::next<void*>("vfork");
    inject_vfork_real = real;
    return berth::inject::verdict("vfork") == berth::inject::Verdict::Fail;
}
}

__asm__(R"(
.text
.globl vfork
.type vfork, @function
vfork:
    .cfi_startproc
    subq $8, %rsp
    .cfi_adjust_cfa_offset 8
    call inject_vfork_fails
    addq $8, %rsp
    .cfi_adjust_cfa_offset -8
    testb %al, %al
    jne 1f
    jmp *inject_vfork_real(%rip)
1:  movl $-1, %eax
    ret
    .cfi_endproc
.size vfork, . - vfork
)");
#endif
