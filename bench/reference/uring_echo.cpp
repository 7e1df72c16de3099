// bench/reference/uring_echo.cpp - echo on io_uring: one accept and one receive for each client
// stay armed, the kernel picks the buffers, and each turn submits and reaps in one system call.
//
// usage: uring_echo PORT    PORT 0 takes a free one, which is printed
//
// Exit code: 69 the port is taken, 77 the kernel is too old or lets nobody use io_uring.
#include <liburing.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <vector>

#include "bench/reference/listener.h"

namespace {

constexpr unsigned kSubmissions = 4096;
constexpr unsigned kCompletions = 32768;
constexpr unsigned kBuffers = 256;  // a power of two
constexpr std::size_t kBufferSize = std::size_t{64} * 1024;
constexpr int kGroup = 0;

enum class Operation : std::uint8_t { Accept, Receive, Send };

// What a submission says of itself and its completion returns.
std::uint64_t tagOf(Operation operation, int socket) {
    return std::uint64_t{static_cast<std::uint8_t>(operation)} << 32 |
           static_cast<std::uint32_t>(socket);
}

constexpr int kUnavailable = 69;
constexpr int kNoPermission = 77;

[[noreturn]] void die(const char* what, int error, int code) {
    std::fprintf(stderr, "uring_echo: %s: %s\n", what, std::strerror(error));
    std::exit(code);
}

class EchoServer {
public:
    explicit EchoServer(std::uint16_t port) : memory_(kBuffers * kBufferSize) {
        io_uring_params parameters{};
        parameters.flags = IORING_SETUP_CQSIZE | IORING_SETUP_COOP_TASKRUN |
                           IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
        parameters.cq_entries = kCompletions;
        const int result = ::io_uring_queue_init_params(kSubmissions, &ring_, &parameters);
        if (result < 0) die("no ring", -result, kNoPermission);
        registerBuffers();
        listener_ = berth::bench::listenOn(port);
        const int on = 1;  // accepted sockets inherit it
        ::setsockopt(listener_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        armAccept();
    }

    [[noreturn]] void run() {
        for (;;) {
            ::io_uring_submit_and_wait(&ring_, 1);
            io_uring_cqe* completion = nullptr;
            unsigned head = 0;
            unsigned count = 0;
            io_uring_for_each_cqe(&ring_, head, completion) {
                ++count;
                complete(*completion);
            }
            ::io_uring_cq_advance(&ring_, count);
        }
    }

private:
    struct Piece {
        int buffer;
        std::size_t size;
    };
    struct Client {
        std::deque<Piece> unsent;  // the first of them is being sent
        bool ended = false;
    };

    void registerBuffers() {
        void* entries = nullptr;
        if (::posix_memalign(&entries, 4096, kBuffers * sizeof(io_uring_buf)) != 0) {
            die("no memory", ENOMEM, kUnavailable);
        }
        buffers_ = static_cast<io_uring_buf_ring*>(entries);
        io_uring_buf_reg wanted{};
        wanted.ring_addr = reinterpret_cast<std::uint64_t>(entries);
        wanted.ring_entries = kBuffers;
        wanted.bgid = kGroup;
        const int result = ::io_uring_register_buf_ring(&ring_, &wanted, 0);
        if (result < 0) die("no buffers", -result, kNoPermission);
        ::io_uring_buf_ring_init(buffers_);
        for (unsigned i = 0; i < kBuffers; ++i) giveBack(static_cast<int>(i));
    }

    char* memoryOf(int buffer) { return memory_.data() + std::size_t(buffer) * kBufferSize; }

    void giveBack(int buffer) {
        ::io_uring_buf_ring_add(buffers_, memoryOf(buffer), kBufferSize,
                                static_cast<unsigned short>(buffer),
                                ::io_uring_buf_ring_mask(kBuffers), 0);
        ::io_uring_buf_ring_advance(buffers_, 1);
    }

    io_uring_sqe& submission() {
        auto* entry = ::io_uring_get_sqe(&ring_);
        if (entry != nullptr) return *entry;
        ::io_uring_submit(&ring_);
        return *::io_uring_get_sqe(&ring_);
    }

    void armAccept() {
        auto& entry = submission();
        ::io_uring_prep_multishot_accept(&entry, listener_, nullptr, nullptr, SOCK_CLOEXEC);
        entry.user_data = tagOf(Operation::Accept, listener_);
    }

    void armReceive(int socket) {
        auto& entry = submission();
        ::io_uring_prep_recv_multishot(&entry, socket, nullptr, 0, 0);
        entry.flags |= IOSQE_BUFFER_SELECT;
        entry.buf_group = kGroup;
        entry.user_data = tagOf(Operation::Receive, socket);
    }

    void sendFirst(int socket) {
        const auto& piece = clientAt(socket).unsent.front();
        auto& entry = submission();
        // The kernel goes on by itself after a part.
        ::io_uring_prep_send(&entry, socket, memoryOf(piece.buffer), piece.size,
                             MSG_NOSIGNAL | MSG_WAITALL);
        entry.user_data = tagOf(Operation::Send, socket);
    }

    Client& clientAt(int socket) { return clients_[static_cast<std::size_t>(socket)]; }

    void complete(const io_uring_cqe& completion) {
        const auto operation = static_cast<Operation>(completion.user_data >> 32);
        const auto socket = static_cast<int>(completion.user_data & 0xffffffffU);
        switch (operation) {
            case Operation::Accept:
                return accepted(completion);
            case Operation::Receive:
                return received(socket, completion);
            case Operation::Send:
                return sent(socket, completion.res);
        }
    }

    void accepted(const io_uring_cqe& completion) {
        if (completion.res >= 0) {
            const auto index = static_cast<std::size_t>(completion.res);
            if (clients_.size() <= index) clients_.resize(index + 1);
            armReceive(completion.res);
        }
        if ((completion.flags & IORING_CQE_F_MORE) == 0) armAccept();
    }

    void received(int socket, const io_uring_cqe& completion) {
        auto& client = clientAt(socket);
        if (completion.res > 0) {
            client.unsent.push_back({static_cast<int>(completion.flags >> IORING_CQE_BUFFER_SHIFT),
                                     static_cast<std::size_t>(completion.res)});
            if (client.unsent.size() == 1) sendFirst(socket);
        } else if (completion.res != -ENOBUFS) {  // else it asks again until one is given back
            client.ended = true;
            return closeWhenDone(socket);
        }
        if ((completion.flags & IORING_CQE_F_MORE) == 0) armReceive(socket);
    }

    void sent(int socket, int result) {
        auto& client = clientAt(socket);
        giveBack(client.unsent.front().buffer);
        client.unsent.pop_front();
        if (result < 0) dropUnsent(client);
        if (!client.unsent.empty()) return sendFirst(socket);
        closeWhenDone(socket);
    }

    void dropUnsent(Client& client) {
        for (const auto& piece : client.unsent) giveBack(piece.buffer);
        client.unsent.clear();
    }

    void closeWhenDone(int socket) {
        auto& client = clientAt(socket);
        if (!client.ended || !client.unsent.empty()) return;
        client.ended = false;
        ::close(socket);
    }

    io_uring ring_{};
    int listener_ = -1;
    io_uring_buf_ring* buffers_ = nullptr;  // the kernel's as well, until the process ends
    std::vector<char> memory_;
    std::vector<Client> clients_;  // by descriptor
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: uring_echo PORT\n", stderr);
        return 64;
    }
    EchoServer(static_cast<std::uint16_t>(std::atoi(argv[1]))).run();
}
