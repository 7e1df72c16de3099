// tests/host/engine/echo_source.h - clients of an engine that are echoed, refused or held.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "berth/errors.h"
#include "host/engine/session.h"
#include "host/listen/listener.h"
#include "support/tcp_client.h"

namespace berth::test {

struct Tally {
    std::atomic<int> made{0};
    std::atomic<int> served{0};
    std::atomic<int> gone{0};
    std::atomic<int> shed{0};
    std::atomic<int> lacking{0};
    std::atomic<int> held{0};
    std::atomic<int> atOnce{0};  // admitted by who must not wait
};

// Echoes until the client has finished.
class EchoSession final : public host::Session {
public:
    explicit EchoSession(std::shared_ptr<Tally> tally) : tally_(std::move(tally)) {
        ++tally_->made;
    }
    ~EchoSession() override { ++tally_->gone; }

    bool prepare(Poco::Net::StreamSocket& socket) override {
        record_ = std::make_unique<host::ConnectionRecord>(host::ConnectionRecord::Facts{}, socket);
        return true;
    }
    host::ConnectionRecord& record() noexcept override { return *record_; }
    host::ConnectionLimits limits() const noexcept override { return {}; }
    void abandon(const Poco::Net::StreamSocket&, std::string_view) noexcept override {}
    void serve(Connection& client) noexcept override {
        ++tally_->served;
        try {
            while (const auto bytes = client.receive()) client.write(bytes);
        } catch (const ConnectionLost&) {
            return;
        }
    }

private:
    const std::shared_ptr<Tally> tally_;
    std::unique_ptr<host::ConnectionRecord> record_;
};

class EchoSource final : public host::SessionSource {
public:
    explicit EchoSource(std::shared_ptr<Tally> tally) : tally_(std::move(tally)) {}

    std::unique_ptr<host::Session> admit(const Poco::Net::StreamSocket&,
                                         const std::stop_token& stop) override {
        if (refuses) return nullptr;
        // As admission does while the service is full.
        if (holds) ++tally_->held;
        while (holds && !stop.stop_requested()) std::this_thread::yield();
        if (stop.stop_requested()) return nullptr;
        return std::make_unique<EchoSession>(tally_);
    }
    Admitted admitNow(const Poco::Net::StreamSocket&) override {
        if (holds) return {nullptr, true};
        if (refuses) return {};
        ++tally_->atOnce;
        return {std::make_unique<EchoSession>(tally_)};
    }
    void turnedAway(const host::SocketName&) override { ++tally_->shed; }
    void lacksThread(const Poco::Net::StreamSocket&) override { ++tally_->lacking; }

    std::atomic<bool> refuses{false};
    std::atomic<bool> holds{false};

private:
    const std::shared_ptr<Tally> tally_;
};

inline std::shared_ptr<host::Listener> newListener() {
    host::ListenAddress address;
    address.host = "127.0.0.1";
    return std::make_shared<host::Listener>(address, host::ListenOptions{},
                                            host::InheritedSockets{});
}

inline TcpClient connect(const std::shared_ptr<host::Listener>& listener) {
    return TcpClient(listener->bound().port);
}

inline std::string echoed(TcpClient& client, std::string_view text) {
    client.send(text);
    return client.receiveExactly(text.size());
}

}  // namespace berth::test
