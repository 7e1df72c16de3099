// tests/inject/files.cpp - calls about files and descriptors.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <string_view>
#include <utility>

#include "inject/wrap.h"

BERTH_WRAP_BOTH(int, open, (const char* path, int flags, mode_t mode), (path, flags, mode))
BERTH_WRAP_BOTH(int, openat, (int folder, const char* path, int flags, mode_t mode),
                (folder, path, flags, mode))
BERTH_WRAP_BOTH(FILE*, fopen, (const char* path, const char* mode), (path, mode))
BERTH_WRAP(DIR*, opendir, (const char* path), (path))
BERTH_WRAP(DIR*, fdopendir, (int descriptor), (descriptor))
BERTH_WRAP_BOTH(dirent*, readdir, (DIR * folder), (folder))

BERTH_WRAP_MOVING("read", read, (int descriptor, void* bytes, std::size_t size),
                  (descriptor, bytes, size), descriptor, size, false)
BERTH_WRAP_MOVING("write", write, (int descriptor, const void* bytes, std::size_t size),
                  (descriptor, bytes, size), descriptor, size, false)
BERTH_WRAP_MOVING("pread", pread, (int descriptor, void* bytes, std::size_t size, off_t offset),
                  (descriptor, bytes, size, offset), descriptor, size, false)
BERTH_WRAP_MOVING("pread", pread64, (int descriptor, void* bytes, std::size_t size, off_t offset),
                  (descriptor, bytes, size, offset), descriptor, size, false)
BERTH_WRAP_MOVING("pwrite", pwrite,
                  (int descriptor, const void* bytes, std::size_t size, off_t offset),
                  (descriptor, bytes, size, offset), descriptor, size, false)
BERTH_WRAP_MOVING("pwrite", pwrite64,
                  (int descriptor, const void* bytes, std::size_t size, off_t offset),
                  (descriptor, bytes, size, offset), descriptor, size, false)

BERTH_WRAP_BOTH(int, stat, (const char* path, struct stat* status), (path, status))
BERTH_WRAP_BOTH(int, lstat, (const char* path, struct stat* status), (path, status))
BERTH_WRAP_BOTH(int, fstat, (int descriptor, struct stat* status), (descriptor, status))
BERTH_WRAP_BOTH(int, fstatat, (int folder, const char* path, struct stat* status, int flags),
                (folder, path, status, flags))
BERTH_WRAP_BOTH(int, statvfs, (const char* path, struct statvfs* status), (path, status))
BERTH_WRAP_BOTH(int, fstatvfs, (int descriptor, struct statvfs* status), (descriptor, status))
BERTH_WRAP(int, access, (const char* path, int mode), (path, mode))
BERTH_WRAP(ssize_t, readlink, (const char* path, char* text, std::size_t size), (path, text, size))
BERTH_WRAP(char*, realpath, (const char* path, char* resolved), (path, resolved))
BERTH_WRAP(char*, getcwd, (char* path, std::size_t size), (path, size))

BERTH_WRAP(int, mkdir, (const char* path, mode_t mode), (path, mode))
BERTH_WRAP(int, mkdirat, (int folder, const char* path, mode_t mode), (folder, path, mode))
BERTH_WRAP(char*, mkdtemp, (char* pattern), (pattern))
BERTH_WRAP_BOTH(int, mkostemp, (char* pattern, int flags), (pattern, flags))
BERTH_WRAP_BOTH(int, mkostemps, (char* pattern, int suffix, int flags), (pattern, suffix, flags))
BERTH_WRAP(int, rename, (const char* from, const char* to), (from, to))
BERTH_WRAP(int, renameat, (int fromFolder, const char* from, int toFolder, const char* to),
           (fromFolder, from, toFolder, to))
BERTH_WRAP(int, renameat2,
           (int fromFolder, const char* from, int toFolder, const char* to, unsigned flags),
           (fromFolder, from, toFolder, to, flags))
BERTH_WRAP(int, unlink, (const char* path), (path))
BERTH_WRAP(int, unlinkat, (int folder, const char* path, int flags), (folder, path, flags))
BERTH_WRAP(int, remove, (const char* path), (path))
BERTH_WRAP(int, rmdir, (const char* path), (path))
BERTH_WRAP(int, chdir, (const char* path), (path))
BERTH_WRAP(int, fchdir, (int descriptor), (descriptor))
BERTH_WRAP(int, chmod, (const char* path, mode_t mode), (path, mode))
BERTH_WRAP(int, fchmod, (int descriptor, mode_t mode), (descriptor, mode))
BERTH_WRAP(int, fchownat, (int folder, const char* path, uid_t user, gid_t group, int flags),
           (folder, path, user, group, flags))

BERTH_WRAP(int, fsync, (int descriptor), (descriptor))
BERTH_WRAP(int, fdatasync, (int descriptor), (descriptor))
BERTH_WRAP_BOTH(int, ftruncate, (int descriptor, off_t size), (descriptor, size))
BERTH_WRAP_BOTH(off_t, lseek, (int descriptor, off_t offset, int from), (descriptor, offset, from))
BERTH_WRAP(int, flock, (int descriptor, int operation), (descriptor, operation))
BERTH_WRAP(int, dup2, (int from, int to), (from, to))
BERTH_WRAP(int, ioctl, (int descriptor, unsigned long request, void* argument),
           (descriptor, request, argument))

namespace {

const char* fcntlName(int command) noexcept {
    switch (command) {
        case F_DUPFD_CLOEXEC:
            return "fcntl:DUPFD_CLOEXEC";
        case F_GETFD:
            return "fcntl:GETFD";
        case F_SETFD:
            return "fcntl:SETFD";
        case F_GETFL:
            return "fcntl:GETFL";
        case F_SETFL:
            return "fcntl:SETFL";
        case F_OFD_SETLK:
            return "fcntl:OFD_SETLK";
        case F_OFD_GETLK:
            return "fcntl:OFD_GETLK";
        default:
            return "fcntl";
    }
}

}  // namespace

BERTH_WRAP_AS(fcntlName(command), int, fcntl, (int descriptor, int command, void* argument),
              (descriptor, command, argument), -1)
BERTH_WRAP_AS(fcntlName(command), int, fcntl64, (int descriptor, int command, void* argument),
              (descriptor, command, argument), -1)

// The descriptor is closed whatever it says, as Linux does it.
BERTH_DECLARE(int, "close", inject_close, (int descriptor)) {
    static const auto real = berth::inject::next<int (*)(int)>("close");
    const bool fails = berth::inject::verdict("close", descriptor) == berth::inject::Verdict::Fail;
    const int error = errno;
    const int result = real(descriptor);
    if (!fails) return result;
    errno = error;
    return -1;
}
