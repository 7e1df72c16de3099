// bench/reference/asio_echo.cpp - echo on Boost.Asio's coroutines, as its examples teach it.
//
// usage: asio_echo PORT    PORT 0 takes a free one, which is printed
#include <utility>  // Boost 1.74 uses it without saying so

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr int kBacklog = 4096;
constexpr std::size_t kBufferSize = std::size_t{16} * 1024;

asio::awaitable<void> echo(tcp::socket client) {
    std::array<char, kBufferSize> buffer;
    try {
        for (;;) {
            const auto count =
                co_await client.async_read_some(asio::buffer(buffer), asio::use_awaitable);
            co_await asio::async_write(client, asio::buffer(buffer, count), asio::use_awaitable);
        }
    } catch (const std::exception&) {
        // The client is gone.
    }
}

asio::awaitable<void> acceptAll(tcp::acceptor acceptor) {
    for (;;) {
        auto client = co_await acceptor.async_accept(asio::use_awaitable);
        asio::co_spawn(acceptor.get_executor(), echo(std::move(client)), asio::detached);
    }
}

void serve(unsigned short port) {
    asio::io_context context(1);  // one thread
    tcp::acceptor acceptor(context, tcp::v4());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.set_option(tcp::no_delay(true));  // accepted sockets inherit it
    acceptor.bind({asio::ip::address_v4::loopback(), port});
    acceptor.listen(kBacklog);
    std::cout << "listening " << acceptor.local_endpoint().port() << std::endl;
    asio::co_spawn(context, acceptAll(std::move(acceptor)), asio::detached);
    context.run();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: asio_echo PORT\n";
        return 64;
    }
    try {
        serve(static_cast<unsigned short>(std::atoi(argv[1])));
    } catch (const std::exception& error) {
        std::cerr << "asio_echo: " << error.what() << '\n';
    }
    return 69;
}
