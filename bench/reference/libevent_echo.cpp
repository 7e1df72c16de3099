// bench/reference/libevent_echo.cpp - echo on libevent's bufferevents, as its book teaches it.
//
// usage: libevent_echo PORT    PORT 0 takes a free one, which is printed
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int kBacklog = 4096;

// Moves what was received to what is sent, without copying it.
void sendBack(bufferevent* client, void*) {
    evbuffer_add_buffer(bufferevent_get_output(client), bufferevent_get_input(client));
}

void onEnd(bufferevent* client, short events, void*) {
    if ((events & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) != 0) bufferevent_free(client);
}

void onAccept(evconnlistener* listener, evutil_socket_t socket, sockaddr*, int, void*) {
    auto* client =
        bufferevent_socket_new(evconnlistener_get_base(listener), socket, BEV_OPT_CLOSE_ON_FREE);
    if (client == nullptr) {
        evutil_closesocket(socket);
        return;
    }
    bufferevent_setcb(client, sendBack, nullptr, onEnd, nullptr);
    bufferevent_enable(client, EV_READ | EV_WRITE);
}

[[noreturn]] void die(const char* what) {
    std::fprintf(stderr, "libevent_echo: %s\n", what);
    std::exit(69);
}

evconnlistener* listenOn(event_base* base, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* listener =
        evconnlistener_new_bind(base, onAccept, nullptr, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE,
                                kBacklog, reinterpret_cast<sockaddr*>(&address), sizeof address);
    if (listener == nullptr) die("cannot listen");
    // Accepted sockets inherit it.
    const int on = 1;
    ::setsockopt(evconnlistener_get_fd(listener), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    socklen_t length = sizeof address;
    ::getsockname(evconnlistener_get_fd(listener), reinterpret_cast<sockaddr*>(&address), &length);
    std::printf("listening %d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return listener;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: libevent_echo PORT\n", stderr);
        return 64;
    }
    std::signal(SIGPIPE, SIG_IGN);
    auto* base = event_base_new();
    if (base == nullptr) die("no event base");
    auto* listener = listenOn(base, static_cast<std::uint16_t>(std::atoi(argv[1])));
    event_base_dispatch(base);
    evconnlistener_free(listener);
    event_base_free(base);
    return 0;
}
