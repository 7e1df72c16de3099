// bench/reference/recv_file.cpp - stores what a client sends, with recv and write in a loop.
//
// usage: recv_file PORT FOLDER    PORT 0 takes a free one, which is printed
//
// One client after the other, until the client's end of input. Then the file is synced, because
// the upload service does that as well, and only then the connection is closed.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kBufferSize = std::size_t{256} * 1024;

[[noreturn]] void die(const char* what) {
    std::perror(what);
    std::exit(69);
}

int listenOn(std::uint16_t port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, SOMAXCONN) != 0) {
        die("listen");
    }
    socklen_t length = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
    std::printf("listening %d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return listener;
}

void writeAll(int file, const char* bytes, std::size_t count) {
    while (count != 0) {
        const auto written = ::write(file, bytes, count);
        if (written < 0) die("write");
        bytes += written;
        count -= static_cast<std::size_t>(written);
    }
}

void store(int client, const std::string& path, std::vector<char>& buffer) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (file < 0) die(path.c_str());
    for (;;) {
        const auto received = ::recv(client, buffer.data(), buffer.size(), 0);
        if (received < 0 && errno == EINTR) continue;
        if (received <= 0) break;
        writeAll(file, buffer.data(), static_cast<std::size_t>(received));
    }
    if (::fsync(file) != 0) die("fsync");
    ::close(file);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: recv_file PORT FOLDER\n", stderr);
        return 64;
    }
    const std::string path = std::string(argv[2]) + "/received";
    std::vector<char> buffer(kBufferSize);
    const int listener = listenOn(static_cast<std::uint16_t>(std::atoi(argv[1])));
    for (;;) {
        const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) continue;
        store(client, path, buffer);
        ::close(client);
    }
}
