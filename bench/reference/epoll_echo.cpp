// bench/reference/epoll_echo.cpp - echo on one thread and epoll.
//
// usage: epoll_echo PORT    PORT 0 takes a free one, which is printed
#include <span>

#include "bench/reference/epoll_server.h"

namespace {

struct Echo {
    static berth::bench::Answer take(std::span<char> piece) { return {piece.size()}; }
};

}  // namespace

int main(int argc, char** argv) {
    return berth::bench::serveWith<Echo>("epoll_echo", argc, argv);
}
