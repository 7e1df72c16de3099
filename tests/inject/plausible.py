# tests/inject/plausible.py - which errors a call can have, from its manual page and from what it is
# called on.
import errno

from page import FAIL, SHORTEN, THROW

NO_DESCRIPTORS = ("EMFILE", "ENFILE", "ENOMEM")
FULL = ("ENOSPC", "EIO")

# Whatever it is called on.
BY_FUNCTION = {
    "open": (*NO_DESCRIPTORS, "EIO", "EPERM", "EINTR"),
    "openat": (*NO_DESCRIPTORS, "EIO", "EPERM", "EINTR"),
    "syscall:openat2": (*NO_DESCRIPTORS, "EIO", "EPERM", "EINTR", "EAGAIN"),
    "fopen": (*NO_DESCRIPTORS, "EIO"),
    "opendir": (*NO_DESCRIPTORS, "EIO"),
    "fdopendir": ("ENOMEM",),
    "readdir": ("EIO",),
    "stat": ("EIO", "ENOMEM"), "lstat": ("EIO", "ENOMEM"), "fstat": ("EIO", "ENOMEM"),
    "fstatat": ("EIO", "ENOMEM"), "statvfs": ("EIO", "EINTR"), "fstatvfs": ("EIO", "EINTR"),
    "access": ("EIO", "ENOMEM"), "readlink": ("EIO", "ENOMEM"), "realpath": ("EIO", "ENOMEM"),
    "getcwd": ("ENOMEM",),
    "mkdir": (*FULL, "EPERM"), "mkdirat": (*FULL, "EPERM"), "mkdtemp": (*FULL, "EPERM"),
    "mkostemp": (*FULL, *NO_DESCRIPTORS, "EPERM"),
    "mkostemps": (*FULL, *NO_DESCRIPTORS, "EPERM"),
    "rename": (*FULL, "EPERM"), "renameat": (*FULL, "EPERM"), "renameat2": (*FULL, "EPERM"),
    "unlink": ("EIO", "EPERM"), "unlinkat": ("EIO", "EPERM"), "remove": ("EIO", "EPERM"),
    "rmdir": ("EIO", "EPERM"), "chdir": ("EIO", "ENOMEM"), "fchdir": ("EIO",),
    "chmod": ("EIO", "EPERM"), "fchmod": ("EIO", "EPERM"), "fchownat": ("EIO", "EPERM"),
    "fsync": ("EIO", "ENOSPC", "EINTR"), "fdatasync": ("EIO", "ENOSPC", "EINTR"),
    "ftruncate": ("EIO", "EINTR", "EPERM"), "lseek": ("EIO",),
    "flock": ("EINTR", "ENOMEM"),
    "fcntl:DUPFD_CLOEXEC": ("EMFILE",), "fcntl:OFD_SETLK": ("ENOMEM", "EINTR"),
    "fcntl:OFD_GETLK": ("ENOMEM", "EINTR"),
    "dup2": ("EINTR",), "ioctl": ("ENOMEM",),

    "socket": (*NO_DESCRIPTORS, "EPERM"), "socketpair": NO_DESCRIPTORS,
    "bind": ("ENOMEM", "EPERM"), "listen": ("ENOMEM", "EPERM"),
    "connect": ("ENOMEM", "EPERM", "EINTR", "EAGAIN"),
    "accept": (*NO_DESCRIPTORS, "ECONNABORTED", "EINTR", "EAGAIN", "EPERM"),
    "accept4": (*NO_DESCRIPTORS, "ECONNABORTED", "EINTR", "EAGAIN", "EPERM"),
    "shutdown": ("ENOTCONN",), "setsockopt": ("ENOMEM", "EPERM"), "getsockopt": ("ENOMEM",),
    "getsockname": ("ENOMEM",), "getpeername": ("ENOTCONN", "ENOMEM"),
    "recvmsg": ("ECONNRESET", "ENOMEM", "EINTR"),  # of sockets that wait
    "sendmsg": ("ECONNRESET", "EPIPE", "ENOMEM", "EINTR", "EAGAIN"),
    "poll": ("EINTR", "ENOMEM"), "epoll_create": NO_DESCRIPTORS, "epoll_create1": NO_DESCRIPTORS,
    "epoll_ctl:ADD": ("ENOMEM", "ENOSPC"), "epoll_wait": ("EINTR",), "eventfd": NO_DESCRIPTORS,
    "pipe": NO_DESCRIPTORS, "pipe2": NO_DESCRIPTORS, "inotify_init1": NO_DESCRIPTORS,
    "inotify_add_watch": ("ENOMEM", "ENOSPC", "EPERM"),

    "fork": ("EAGAIN", "ENOMEM"), "vfork": ("EAGAIN", "ENOMEM"), "syscall:clone": ("EAGAIN",),
    "execve": ("ENOMEM", "EIO", "EPERM", "ENFILE"), "posix_spawn": ("EAGAIN", "ENOMEM", "EMFILE"),
    "posix_spawn_file_actions_adddup2": ("ENOMEM",),
    "posix_spawn_file_actions_addopen": ("ENOMEM",),
    "posix_spawn_file_actions_addchdir_np": ("ENOMEM",),
    "posix_spawn_file_actions_addclosefrom_np": ("ENOMEM",),
    "waitpid": ("EINTR",), "waitid": ("EINTR",), "kill": ("EPERM",), "setsid": ("EPERM",),
    "nice": ("EPERM",), "getgroups": ("EPERM",), "setrlimit": ("EPERM",), 
    "syscall:pidfd_open": (*NO_DESCRIPTORS, "EPERM"), "syscall:close_range": ("ENOMEM", "EMFILE"),
    "syscall:setgroups": ("EPERM", "ENOMEM"), "syscall:setresgid": ("EPERM", "EAGAIN"),
    "syscall:setresuid": ("EPERM", "EAGAIN"), "prctl": ("EPERM",),
    "getpwnam_r": ("EIO", "EMFILE", "ENOMEM", "EINTR"),
    "getpwuid_r": ("EIO", "EMFILE", "ENOMEM", "EINTR"),
    "getgrnam_r": ("EIO", "EMFILE", "ENOMEM", "EINTR"),
    "getrandom": ("EINTR",), "sigwaitinfo": ("EINTR",), "sigtimedwait": ("EINTR", "EAGAIN"),
    "pthread_create": ("EAGAIN",), "pthread_getattr_np": ("ENOMEM",), "sigaltstack": ("ENOMEM",),
    "mmap": ("ENOMEM", "EPERM"), "mprotect": ("ENOMEM",), "madvise": ("ENOMEM", "EAGAIN"),
    "newlocale": ("ENOMEM",), "SSL_CTX_new": ("ENOMEM",), "SSL_new": ("ENOMEM",),
    "EVP_MD_CTX_new": ("ENOMEM",),
}

# They cannot fail for a reason from outside, so that no error of theirs is plausible: the arguments
# are right, or there is nothing that could be done.
NEVER = {"fcntl:GETFD", "fcntl:GETFL", "fcntl:SETFD", "fcntl:SETFL", "close", "epoll_ctl", "getrlimit",
         "inotify_rm_watch",
         "getgrouplist", "syscall:setfsuid", "syscall:setfsgid", "syscall:gettid",
         "syscall:tgkill", "syscall:setsid", "syscall:chdir", "syscall:prctl", "syscall:ppoll",
         "syscall:kill", "syscall:futex", "pthread_kill", "syscall", "fcntl"}

READS = {"read", "pread", "recv", "recvfrom"}
WRITES = {"write", "pwrite", "send", "sendto"}
SHORT = "short"


def of_moving(function, kinds):
    """Errors of a call that moves bytes: they depend on where. A pipe that waits takes all of it."""
    found = {"EINTR"} if "blocking" in kinds else set()
    if kinds & {"file", "folder", "device"}:
        found |= {"EIO"} | ({"ENOSPC"} if function in WRITES else set())
    if "pipe" in kinds:
        found |= {"EPIPE"} if function in WRITES else set()
    if kinds & {"stream", "messages"}:
        found |= {"ECONNRESET", "ENOMEM"} | ({"EPIPE"} if function in WRITES else set())
    if "non-blocking" in kinds and kinds & {"stream", "messages", "pipe", "other"}:
        found.add("EAGAIN")
    whole = function in WRITES and kinds & {"pipe"} and "non-blocking" not in kinds
    if kinds & {"file", "pipe", "stream"} and not whole:
        found.add(SHORT)
    return found


def errors(function, kinds):
    """Names of errors, SHORT among them; none when no call of it fails."""
    if function == "new":
        return ("bad_alloc",)
    if function in READS | WRITES:
        return tuple(sorted(of_moving(function, kinds)))
    return BY_FUNCTION.get(function, ())


def number_and_mode(name):
    if name == SHORT:
        return 0, SHORTEN
    if name == "bad_alloc":
        return 0, THROW
    return getattr(errno, name), FAIL


def is_known(function):
    return function in BY_FUNCTION or function in NEVER or function in READS | WRITES | {"new"}
