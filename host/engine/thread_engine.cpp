// host/engine/thread_engine.cpp
#include "host/engine/thread_engine.h"

#include <exception>
#include <utility>

#include "host/engine/stream_connection.h"

namespace berth::host {
namespace {

class ThreadClient final : public ClientThreads::Client {
public:
    ThreadClient(const Poco::Net::StreamSocket& socket, std::unique_ptr<Session> session)
        : socket_(socket), session_(std::move(session)) {}

    void serve() noexcept override {
        try {
            if (session_->prepare(socket_)) {
                StreamConnection connection(socket_, session_->record(), session_->limits());
                session_->serve(connection);
            }
        } catch (const std::exception& error) {
            session_->abandon(socket_, error.what());
        }
    }

private:
    Poco::Net::StreamSocket socket_;
    std::unique_ptr<Session> session_;  // goes before its socket
};

class ThreadDispatcher final : public ClientDispatcher {
public:
    ThreadDispatcher(ClientThreads& threads, std::shared_ptr<SessionSource> sessions)
        : threads_(threads), sessions_(std::move(sessions)) {}

    void dispatch(const Poco::Net::StreamSocket& client, std::unique_ptr<Session> session,
                  const std::stop_token& stop) override {
        threads_.serve(
            std::make_unique<ThreadClient>(client, std::move(session)),
            [&] { sessions_->lacksThread(client); }, stop);
    }

private:
    ClientThreads& threads_;
    const std::shared_ptr<SessionSource> sessions_;
};

}  // namespace

ThreadEngine::ThreadEngine(const std::string& name, std::size_t threads,
                           std::shared_ptr<SessionSource> sessions)
    : threads_(name, threads),
      acceptors_(name, {.sessions = sessions,
                        .dispatcher = std::make_shared<ThreadDispatcher>(threads_, sessions)}) {}

ThreadEngine::~ThreadEngine() {
    acceptors_.clear();
}

}  // namespace berth::host
