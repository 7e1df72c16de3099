// bench/reference/poco_echo.cpp - echo on a bare Poco TCPServer, as its documentation teaches it.
//
// usage: poco_echo PORT [THREADS]    PORT 0 takes a free one, which is printed
#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include <array>
#include <csignal>
#include <iostream>
#include <string>
#include <vector>

namespace {

constexpr int kBacklog = 1024;
constexpr std::size_t kBufferSize = std::size_t{16} * 1024;
constexpr int kDefaultThreads = 1100;

class EchoConnection final : public Poco::Net::TCPServerConnection {
public:
    using TCPServerConnection::TCPServerConnection;

    void run() override {
        std::array<char, kBufferSize> buffer;
        try {
            for (;;) {
                const int count = socket().receiveBytes(buffer.data(), kBufferSize);
                if (count <= 0) return;
                for (int sent = 0; sent < count;) {
                    sent += socket().sendBytes(buffer.data() + sent, count - sent);
                }
            }
        } catch (const Poco::Exception&) {
            // The client is gone.
        }
    }
};

// Every client has a thread at once, so that none waits for another to leave.
int serve(Poco::UInt16 port, int threads) {
    const Poco::Net::SocketAddress address("127.0.0.1", port);
    const Poco::Net::ServerSocket listener(address, kBacklog);
    Poco::ThreadPool pool(2, threads);
    Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
    params->setMaxThreads(threads);
    params->setMaxQueued(kBacklog);
    Poco::Net::TCPServer server(new Poco::Net::TCPServerConnectionFactoryImpl<EchoConnection>, pool,
                                listener, params);

    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);

    server.start();
    std::cout << "listening " << server.port() << std::endl;
    int signal = 0;
    sigwait(&ending, &signal);
    std::_Exit(0);  // idle clients hold threads that nothing else would end
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.empty() || arguments.size() > 2) {
        std::cerr << "usage: poco_echo PORT [THREADS]\n";
        return 64;
    }
    std::signal(SIGPIPE, SIG_IGN);
    try {
        const int port = std::stoi(arguments[0]);
        const int threads = arguments.size() > 1 ? std::stoi(arguments[1]) : kDefaultThreads;
        return serve(static_cast<Poco::UInt16>(port), threads);
    } catch (const Poco::Exception& error) {
        std::cerr << "poco_echo: " << error.displayText() << '\n';
    } catch (const std::exception& error) {
        std::cerr << "poco_echo: " << error.what() << '\n';
    }
    return 69;
}
