// bench/reference/epoll_exec.cpp - runs programs for clients on one thread and epoll.
//
// usage: epoll_exec PORT NAME=PROGRAM...    PORT 0 takes a free one, which is printed
//
// Speaks the framing `frames` of the exec service: a client sends the name of a program, which
// takes no arguments, and gets its output and how it ended. No time limits, no limit of output.
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/reference/listener.h"
#include "bench/reference/spawner.h"

namespace {

using berth::bench::Descriptor;
using berth::bench::die;
using berth::bench::Spawned;
using berth::bench::Spawner;
using Programs = std::map<std::string, std::string, std::less<>>;

constexpr int kEventsAtOnce = 512;
constexpr std::size_t kLongestRequest = 4096;
constexpr std::size_t kHead = 16;
constexpr std::size_t kPipe = std::size_t{64} * 1024;  // so much is in a pipe at most

// Which descriptor of a client an event is of.
enum Source : std::uint64_t { kSocket, kOut, kErr, kExit, kSources };

struct Client {
    Descriptor socket;
    std::array<char, kLongestRequest> requests;  // received and not run yet
    std::size_t held = 0;
    std::string unsent;  // what the socket would not take
    std::optional<Spawned> program;
    std::array<unsigned, kSources> events{};  // seen and not dealt with
    bool isTouched = false;
    bool isGone = false;
};

class ExecServer {
public:
    ExecServer(std::uint16_t port, Programs programs)
        : programs_(std::move(programs)),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)),
          listener_(berth::bench::listenOn(port, SOCK_NONBLOCK)) {
        watch(listener_, listener_, kSocket, EPOLLIN);
    }

    [[noreturn]] void run() {
        for (;;) {
            const int count = ::epoll_wait(epoll_, events_.data(), kEventsAtOnce, -1);
            if (count < 0 && errno != EINTR) die("epoll_wait");
            for (int i = 0; i < count; ++i) take(events_[static_cast<std::size_t>(i)]);
            // Only now: what is done for one event may outdate another.
            for (const auto client : touched_) advance(client);
            touched_.clear();
        }
    }

private:
    void take(const epoll_event& event) {
        const auto socket = static_cast<int>(event.data.u64 / kSources);
        if (socket == listener_) return acceptAll();
        auto& client = *clients_[static_cast<std::size_t>(socket)];
        client.events[event.data.u64 % kSources] |= event.events;
        if (!std::exchange(client.isTouched, true)) touched_.push_back(socket);
    }

    void acceptAll() {
        for (;;) {
            Descriptor socket(::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
            if (!socket.valid()) return;
            const auto number = socket.number();
            const auto index = static_cast<std::size_t>(number);
            if (clients_.size() <= index) clients_.resize(index + 1);
            clients_[index] = std::make_unique<Client>();
            clients_[index]->socket = std::move(socket);
            watch(number, number, kSocket, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
        }
    }

    void advance(int socket) {
        auto& client = *clients_[static_cast<std::size_t>(socket)];
        client.isTouched = false;
        if ((client.events[kSocket] & (EPOLLHUP | EPOLLERR)) != 0) client.isGone = true;
        if ((client.events[kSocket] & EPOLLOUT) != 0) sendUnsent(client);
        if (client.program && client.unsent.empty()) attend(client);
        while (!client.isGone && !client.program && client.unsent.empty()) {
            const auto request = nextRequest(client);
            if (!request) break;
            if (!request->empty()) start(client, *request);
        }
        if (!client.isGone) return;
        if (client.program) {
            client.program->kill();
            static_cast<void>(client.program->wait());
        }
        clients_[static_cast<std::size_t>(socket)].reset();
    }

    void start(Client& client, const std::string& name) {
        const auto found = programs_.find(name);
        if (found == programs_.end()) {
            return send(client, "error unknown-command there is no command " + name + '\n');
        }
        Spawned program;
        if (const int error = spawner_.start(found->second, program); error != 0) {
            return send(client, "error spawn-failed cannot run " + found->second + ": " +
                                    std::generic_category().message(error) + '\n');
        }
        client.program = std::move(program);
        const auto socket = client.socket.number();
        watch(client.program->out.number(), socket, kOut, EPOLLIN | EPOLLONESHOT);
        watch(client.program->err.number(), socket, kErr, EPOLLIN | EPOLLONESHOT);
        watch(client.program->exit.number(), socket, kExit, EPOLLIN | EPOLLONESHOT);
    }

    void attend(Client& client) {
        auto& program = *client.program;
        if (client.events[kExit] != 0) return finish(client);
        if (client.events[kOut] != 0) forward(client, kOut, program.out);
        if (client.events[kErr] != 0) forward(client, kErr, program.err);
    }

    // Reads once, which does not wait when there was an event.
    void forward(Client& client, Source source, Descriptor& pipe) {
        client.events[source] = 0;
        if (!passOn(client, source, pipe, kPipe)) return pipe.reset();
        watch(pipe.number(), client.socket.number(), source, EPOLLIN | EPOLLONESHOT, EPOLL_CTL_MOD);
    }

    void finish(Client& client) {
        auto& program = *client.program;
        program.kill();
        drain(client, kOut, program.out);
        drain(client, kErr, program.err);
        send(client, closingLine(program.wait(), program.started));
        client.program.reset();
        client.events[kOut] = client.events[kErr] = client.events[kExit] = 0;
    }

    // Passes on what is in the pipe now: a process that left the group may write for ever.
    void drain(Client& client, Source source, const Descriptor& pipe) {
        int present = 0;
        if (!pipe.valid() || ::ioctl(pipe.number(), FIONREAD, &present) != 0) return;
        for (auto left = static_cast<std::size_t>(present); left != 0;) {
            const auto most = std::min(left, kPipe);
            if (!passOn(client, source, pipe, most)) return;
            left -= most;
        }
    }

    // False at the end.
    bool passOn(Client& client, Source source, const Descriptor& pipe, std::size_t most) {
        const auto count = ::read(pipe.number(), piece_.data() + kHead, most);
        if (count <= 0) return count < 0 && errno == EINTR;
        const auto head =
            std::string(source == kOut ? "out " : "err ") + std::to_string(count) + '\n';
        auto* const begin = piece_.data() + kHead - head.size();
        std::ranges::copy(head, begin);
        send(client, {begin, head.size() + static_cast<std::size_t>(count)});
        return true;
    }

    static std::string closingLine(const siginfo_t& status,
                                   std::chrono::steady_clock::time_point started) {
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - started);
        const auto how = status.si_code == CLD_EXITED
                             ? "exit " + std::to_string(status.si_status)
                             : std::string("signal ") + ::sigabbrev_np(status.si_status);
        return how + ' ' + std::to_string(took.count()) + '\n';
    }

    static std::optional<std::string> nextRequest(Client& client) {
        for (;;) {
            const std::string_view text(client.requests.data(), client.held);
            if (const auto end = text.find('\n'); end != std::string_view::npos) {
                std::string line(text.substr(0, end));
                client.held -= end + 1;
                std::memmove(client.requests.data(), text.data() + end + 1, client.held);
                if (line.ends_with('\r')) line.pop_back();
                return line;
            }
            if (!receive(client)) return std::nullopt;
        }
    }

    // False when nothing more is there.
    static bool receive(Client& client) {
        auto& events = client.events[kSocket];
        if ((events & (EPOLLIN | EPOLLRDHUP)) == 0) return false;
        const auto room = std::span(client.requests).subspan(client.held);
        const auto count = ::recv(client.socket.number(), room.data(), room.size(), 0);
        if (count > 0) {
            client.held += static_cast<std::size_t>(count);
            // That was all, unless an end came with it.
            const bool isAll = static_cast<std::size_t>(count) < room.size();
            if (isAll && (events & EPOLLRDHUP) == 0) events = 0;
            return true;
        }
        if (count < 0 && errno == EAGAIN) {
            events = 0;
        } else if (count == 0 && client.held != 0 && !room.empty()) {
            room.front() = '\n';  // the last line may lack its end
            ++client.held;
            return true;
        } else {
            client.isGone = true;
        }
        return false;
    }

    static void send(Client& client, std::string_view bytes) {
        if (client.unsent.empty() && !client.isGone) {
            const auto sent =
                ::send(client.socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno != EAGAIN) client.isGone = true;
            if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        client.unsent += bytes;
    }

    static void sendUnsent(Client& client) {
        client.events[kSocket] &= ~static_cast<unsigned>(EPOLLOUT);
        if (client.unsent.empty()) return;
        const auto unsent = std::exchange(client.unsent, {});
        send(client, unsent);
    }

    void watch(int descriptor, int client, Source source, unsigned events,
               int operation = EPOLL_CTL_ADD) {
        epoll_event event{};
        event.events = events;
        event.data.u64 = static_cast<std::uint64_t>(client) * kSources + source;
        if (::epoll_ctl(epoll_, operation, descriptor, &event) != 0) die("epoll_ctl");
    }

    const Programs programs_;
    const Spawner spawner_;
    int epoll_;
    int listener_;
    std::vector<std::unique_ptr<Client>> clients_;  // by descriptor
    std::vector<int> touched_;
    std::array<epoll_event, kEventsAtOnce> events_{};
    std::array<char, kHead + kPipe> piece_{};
};

// Nothing when one of the words is no NAME=PROGRAM.
std::optional<Programs> parsePrograms(std::span<char*> words) {
    Programs programs;
    for (const std::string_view word : words) {
        const auto equals = word.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        programs.emplace(word.substr(0, equals), word.substr(equals + 1));
    }
    return programs;
}

}  // namespace

int main(int argc, char** argv) {
    const std::span words(argv, static_cast<std::size_t>(argc));
    const auto programs = words.size() < 3 ? std::nullopt : parsePrograms(words.subspan(2));
    if (!programs) {
        std::fputs("usage: epoll_exec PORT NAME=PROGRAM...\n", stderr);
        return 64;
    }
    ExecServer server(static_cast<std::uint16_t>(std::atoi(argv[1])), *programs);
    server.run();
}
