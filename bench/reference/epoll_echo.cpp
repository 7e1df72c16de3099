// bench/reference/epoll_echo.cpp - echo on one thread and epoll, as little as Linux needs for it.
//
// usage: epoll_echo PORT    PORT 0 takes a free one, which is printed
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace {

constexpr int kBacklog = 4096;
constexpr int kEventsAtOnce = 512;
constexpr std::size_t kBufferSize = std::size_t{64} * 1024;

// A client's bytes that its socket would not take. Clients that read as fast as they write have
// none, so an idle client costs a descriptor and one null pointer.
using Backlog = std::unique_ptr<std::vector<char>>;

[[noreturn]] void die(const char* what) {
    std::perror(what);
    std::exit(69);
}

class EchoServer {
public:
    explicit EchoServer(std::uint16_t port) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        listen(port);
        watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
    }

    [[noreturn]] void run() {
        for (;;) {
            const int count = ::epoll_wait(epoll_, events_.data(), kEventsAtOnce, -1);
            if (count < 0 && errno != EINTR) die("epoll_wait");
            for (int i = 0; i < count; ++i) {
                const auto& event = events_[static_cast<std::size_t>(i)];
                if (event.data.fd == listener_) {
                    acceptAll();
                } else if (!serve(event.data.fd, event.events)) {
                    ::close(event.data.fd);
                }
            }
        }
    }

private:
    void listen(std::uint16_t port) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const int on = 1;
        ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listener_, kBacklog) != 0) {
            die("listen");
        }
        socklen_t length = sizeof address;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
        std::printf("listening %d\n", ntohs(address.sin_port));
        std::fflush(stdout);
    }

    void acceptAll() {
        for (;;) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (client < 0) return;
            if (backlogs_.size() <= static_cast<std::size_t>(client)) {
                backlogs_.resize(static_cast<std::size_t>(client) + 1);
            }
            backlogs_[static_cast<std::size_t>(client)].reset();
            watch(client, EPOLLIN, EPOLL_CTL_ADD);
        }
    }

    // False when the client is gone.
    bool serve(int client, unsigned events) {
        auto& backlog = backlogs_[static_cast<std::size_t>(client)];
        if (backlog && !sendBacklog(client, backlog)) return false;
        if (backlog || (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return true;
        const auto received = ::recv(client, buffer_.data(), buffer_.size(), 0);
        if (received < 0) return errno == EAGAIN || errno == EINTR;
        if (received == 0) return false;
        const auto size = static_cast<std::size_t>(received);
        const auto sent = ::send(client, buffer_.data(), size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return false;
        const auto taken = static_cast<std::size_t>(sent < 0 ? 0 : sent);
        if (taken < size) {
            backlog = std::make_unique<std::vector<char>>(buffer_.begin() + taken,
                                                          buffer_.begin() + size);
            watch(client, EPOLLOUT, EPOLL_CTL_MOD);
        }
        return true;
    }

    // Sends what is left of a reply; reading goes on when all of it is out.
    bool sendBacklog(int client, Backlog& backlog) {
        const auto sent = ::send(client, backlog->data(), backlog->size(), MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN;
        backlog->erase(backlog->begin(), backlog->begin() + sent);
        if (backlog->empty()) {
            backlog.reset();
            watch(client, EPOLLIN, EPOLL_CTL_MOD);
        }
        return true;
    }

    void watch(int socket, unsigned events, int operation) {
        epoll_event event{};
        event.events = events;
        event.data.fd = socket;
        if (::epoll_ctl(epoll_, operation, socket, &event) != 0) die("epoll_ctl");
    }

    int epoll_;
    int listener_ = -1;
    std::vector<Backlog> backlogs_;  // by descriptor
    std::array<epoll_event, kEventsAtOnce> events_{};
    std::array<char, kBufferSize> buffer_{};
};

void allowManyDescriptors() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: epoll_echo PORT\n", stderr);
        return 64;
    }
    allowManyDescriptors();
    EchoServer server(static_cast<std::uint16_t>(std::atoi(argv[1])));
    server.run();
}
