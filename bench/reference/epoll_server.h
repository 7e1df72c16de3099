// bench/reference/epoll_server.h - answers bytes on one thread and epoll, as little as Linux needs.
#pragma once

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "bench/reference/listener.h"

namespace berth::bench {

// What answers a piece of bytes: so many at its front.
struct Answer {
    std::size_t size = 0;
    bool isLast = false;  // the client is done and is closed
};

// Level-triggered, one recv and one send for a piece. `Work`, one for each client, has
// `Answer take(std::span<char> piece)`, which changes the bytes to what is sent back.
template <class Work>
class EpollServer {
public:
    explicit EpollServer(std::uint16_t port)
        : epoll_(::epoll_create1(EPOLL_CLOEXEC)), listener_(listenOn(port, SOCK_NONBLOCK)) {
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
    static constexpr int kEventsAtOnce = 512;
    static constexpr std::size_t kBufferSize = std::size_t{64} * 1024;

    // Bytes that a client's socket would not take.
    struct Backlog {
        std::vector<char> bytes;
        bool isLast;
    };

    // Clients that read as fast as they write have no backlog.
    struct Client {
        std::unique_ptr<Backlog> backlog;
        [[no_unique_address]] Work work;
    };

    void acceptAll() {
        for (;;) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (client < 0) return;
            const auto index = static_cast<std::size_t>(client);
            if (clients_.size() <= index) clients_.resize(index + 1);
            clients_[index] = Client();
            watch(client, EPOLLIN, EPOLL_CTL_ADD);
        }
    }

    // False when the client is gone or done.
    bool serve(int socket, unsigned events) {
        auto& client = clients_[static_cast<std::size_t>(socket)];
        if (client.backlog && !sendBacklog(socket, client)) return false;
        if (client.backlog || (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return true;
        const auto received = ::recv(socket, buffer_.data(), buffer_.size(), 0);
        if (received < 0) return errno == EAGAIN || errno == EINTR;
        if (received == 0) return false;
        const auto piece = std::span(buffer_).first(static_cast<std::size_t>(received));
        return send(socket, client, client.work.take(piece));
    }

    bool send(int socket, Client& client, Answer answer) {
        if (answer.size == 0) return !answer.isLast;
        const auto sent = ::send(socket, buffer_.data(), answer.size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return false;
        const auto taken = static_cast<std::size_t>(sent < 0 ? 0 : sent);
        if (taken == answer.size) return !answer.isLast;
        const auto left = std::span(buffer_).first(answer.size).subspan(taken);
        client.backlog = std::make_unique<Backlog>(
            Backlog{std::vector<char>(left.begin(), left.end()), answer.isLast});
        watch(socket, EPOLLOUT, EPOLL_CTL_MOD);
        return true;
    }

    // Sends what is left of an answer; reading goes on when all of it is out.
    bool sendBacklog(int socket, Client& client) {
        auto& bytes = client.backlog->bytes;
        const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN;
        bytes.erase(bytes.begin(), bytes.begin() + sent);
        if (!bytes.empty()) return true;
        if (client.backlog->isLast) return false;
        client.backlog.reset();
        watch(socket, EPOLLIN, EPOLL_CTL_MOD);
        return true;
    }

    void watch(int socket, unsigned events, int operation) {
        epoll_event event{};
        event.events = events;
        event.data.fd = socket;
        if (::epoll_ctl(epoll_, operation, socket, &event) != 0) die("epoll_ctl");
    }

    int epoll_;
    int listener_;
    std::vector<Client> clients_;  // by descriptor
    std::array<epoll_event, kEventsAtOnce> events_{};
    std::array<char, kBufferSize> buffer_{};
};

inline void allowManyDescriptors() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

// The program `name PORT`, whose exit code is returned.
template <class Work>
int serveWith(const char* name, int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s PORT\n", name);
        return 64;
    }
    allowManyDescriptors();
    EpollServer<Work>(static_cast<std::uint16_t>(std::atoi(argv[1]))).run();
}

}  // namespace berth::bench
