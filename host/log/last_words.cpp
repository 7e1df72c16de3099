// host/log/last_words.cpp - nothing but system calls on memory that is there already.
#include "host/log/last_words.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <climits>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>

#include "berth/detail/uninterrupted.h"
#include "host/log/log_setup.h"

namespace berth::host::last_words {
namespace {

enum class Place { Stderr, File, Syslog };

constexpr std::size_t kMostText = 16384;  // of a line
constexpr int kFullPipe = 100;            // milliseconds that a full pipe is waited for
constexpr int kTries = 3;                 // of one line
constexpr std::string_view kSyslogHead = "<27>berthd: ";  // daemon, error
constexpr const char* kSyslogSocket = "/dev/log";

// A signal handler finds nothing but what is static. The line has its memory from the start.
struct State {
    std::atomic<Place> place{Place::Stderr};
    std::atomic<LineStyle> style{LineStyle::Syslog};
    std::array<char, 4096> path{};
    std::string line;
};

// Never destroyed: a process can crash while it ends.
State& state() noexcept {
    alignas(State) static std::array<std::byte, sizeof(State)> memory;
    static State* const only = std::construct_at(reinterpret_cast<State*>(memory.data()));
    return *only;
}

// Each call that fails is made once more: nobody comes back to do it later.
void writeAll(int descriptor, std::string_view bytes) noexcept {
    for (int tries = kTries; !bytes.empty() && tries > 0;) {
        pollfd ready{descriptor, POLLOUT, 0};
        const auto found = ::poll(&ready, 1, kFullPipe);
        if (found == 0) return;
        if (found < 0) {
            --tries;
            continue;
        }
        const auto size = std::min<std::size_t>(bytes.size(), PIPE_BUF);  // what never waits now
        const auto count = ::write(descriptor, bytes.data(), size);
        if (count > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else {
            --tries;
        }
    }
}

// Opened by its path: a rotation may have put another file there.
void writeToFile(const char* path, std::string_view line) noexcept {
    constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int file = detail::openFile(path, kFlags, 0640);
    if (file < 0) {
        ::close(STDIN_FILENO);  // no descriptor may be left, and nobody needs this one any more
        file = detail::openFile(path, kFlags, 0640);
    }
    if (file >= 0) writeAll(file, line);
}

void writeToSyslog(std::string_view line) noexcept {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, kSyslogSocket, sizeof address.sun_path - 1);
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    static_cast<void>(::sendto(socket, line.data(), line.size(), MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&address), sizeof address));
}

void compose(std::string_view head, const LogEvent& event, LineStyle style,
             std::string_view end) noexcept {
    auto& line = state().line;
    line.assign(head);
    appendLine(line, event, style);
    line += end;
}

}  // namespace

void directTo(const LogOptions& options) {
    auto& [place, style, path, line] = state();
    line.reserve(kMostText);
    style = lineStyle(options);
    if (options.log == "stderr") {
        place = Place::Stderr;
    } else if (options.log == "syslog") {
        place = Place::Syslog;
    } else {
        place = Place::Stderr;  // while the path changes
        path.fill('\0');
        options.log.copy(path.data(), path.size() - 1);
        place = Place::File;
    }
}

void write(const LogEvent& event) noexcept {
    auto& [place, style, path, line] = state();
    if (line.capacity() < kMostText) return;
    if (place == Place::Stderr) {
        compose(style == LineStyle::Syslog ? "berthd: " : "", event, style, "\n");
        return writeAll(STDERR_FILENO, line);
    }
    compose("berthd: ", event, LineStyle::Syslog, "\n");
    writeAll(STDERR_FILENO, line);
    if (place == Place::File) {
        compose("", event, style, "\n");
        writeToFile(path.data(), line);
    } else {
        compose(kSyslogHead, event, style, "");
        writeToSyslog(line);
    }
}

}  // namespace berth::host::last_words
