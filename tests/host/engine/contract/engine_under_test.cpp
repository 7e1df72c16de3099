// tests/host/engine/contract/engine_under_test.cpp
#include "engine_under_test.h"

#include <cppunit/extensions/HelperMacros.h>

#include <new>
#include <utility>

#include "host/engine/fiber_engine.h"
#include "host/engine/thread_engine.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

constexpr std::size_t kStackSize = std::size_t{64} * 1024;
constexpr std::size_t kThreads = 1200;

// As a plugin's service. Assertions go to the test; all else goes where it would go in the host.
class FunctionService final : public Service {
public:
    FunctionService(Handler handler, std::shared_ptr<Ledger> ledger)
        : handler_(std::move(handler)), ledger_(std::move(ledger)) {}

    void handle(Connection& client) override {
        try {
            handler_(client);
        } catch (const CppUnit::Exception&) {
            ledger_->fail(std::current_exception());
        }
    }

private:
    const Handler handler_;
    const std::shared_ptr<Ledger> ledger_;
};

class FunctionSession final : public host::Session {
public:
    FunctionSession(std::shared_ptr<Service> service, std::shared_ptr<Ledger> ledger,
                    host::ConnectionLimits limits)
        : service_(std::move(service)), ledger_(std::move(ledger)), limits_(limits) {}
    ~FunctionSession() override { ++ledger_->ended; }

    bool prepare(Poco::Net::StreamSocket& socket) override {
        if (ledger_->failsToPrepare) throw std::bad_alloc();
        client_->socket = socket;
        client_->record = std::make_shared<host::ConnectionRecord>(
            host::ConnectionRecord::Facts{.peer = "client",
                                          .local = std::make_shared<const std::string>("server")},
            socket);
        const auto setup = ledger_->setup();
        return !setup || secure(*setup, socket);
    }
    host::ConnectionRecord& record() noexcept override { return *client_->record; }
    host::ConnectionLimits limits() const noexcept override { return limits_; }
    void abandon(const Poco::Net::StreamSocket&, std::string_view) noexcept override {}
    void serve(Connection& client) noexcept override {
        ledger_->add(client_);
        client_->ending = host::runHandler(*service_, client, *client_->record);
        client_->done = true;
    }

private:
    static bool secure(const host::ClientSetup& setup, Poco::Net::StreamSocket& socket) {
        try {
            setup.secure(socket);
            return true;
        } catch (const std::exception&) {
            return false;
        }
    }

    const std::shared_ptr<Service> service_;
    const std::shared_ptr<Ledger> ledger_;
    const host::ConnectionLimits limits_;
    const std::shared_ptr<ServedClient> client_ = std::make_shared<ServedClient>();
};

class FunctionSource final : public host::SessionSource {
public:
    FunctionSource(Handler handler, std::shared_ptr<Ledger> ledger, host::ConnectionLimits limits)
        : service_(std::make_shared<FunctionService>(std::move(handler), ledger)),
          ledger_(std::move(ledger)),
          limits_(limits) {}

    std::unique_ptr<host::Session> admit(const Poco::Net::StreamSocket&,
                                         const std::stop_token&) override {
        return std::make_unique<FunctionSession>(service_, ledger_, limits_);
    }
    Admitted admitNow(const Poco::Net::StreamSocket&) override {
        return {std::make_unique<FunctionSession>(service_, ledger_, limits_)};
    }
    void turnedAway(const host::SocketName&) override {}
    void lacksThread(const Poco::Net::StreamSocket&) override {}

private:
    const std::shared_ptr<Service> service_;
    const std::shared_ptr<Ledger> ledger_;
    const host::ConnectionLimits limits_;
};

}  // namespace

host::ListenAddress loopback() {
    host::ListenAddress address;
    address.host = "127.0.0.1";
    return address;
}

void Ledger::add(const std::shared_ptr<ServedClient>& client) {
    const std::lock_guard lock(mutex_);
    clients_.push_back(client);
}

std::vector<std::shared_ptr<ServedClient>> Ledger::clients() const {
    const std::lock_guard lock(mutex_);
    return clients_;
}

void Ledger::fail(const std::exception_ptr& failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = failure;
}

void Ledger::setSetup(std::shared_ptr<const host::ClientSetup> setup) {
    const std::lock_guard lock(mutex_);
    setup_ = std::move(setup);
}

std::shared_ptr<const host::ClientSetup> Ledger::setup() const {
    const std::lock_guard lock(mutex_);
    return setup_;
}

std::exception_ptr Ledger::takeFailure() {
    const std::lock_guard lock(mutex_);
    return std::exchange(failure_, nullptr);
}

EngineUnderTest::EngineUnderTest(EngineKind kind, Handler handler, host::ConnectionLimits limits)
    : EngineUnderTest(kind, std::move(handler), limits, loopback(), {.backlog = 4096}) {}

EngineUnderTest::EngineUnderTest(EngineKind kind, Handler handler, host::ConnectionLimits limits,
                                 const host::ListenAddress& address,
                                 const host::ListenOptions& options)
    : listener_(std::make_shared<host::Listener>(address, options, host::InheritedSockets{})),
      loops_(1, kStackSize) {
    auto source = std::make_shared<FunctionSource>(std::move(handler), ledger_, limits);
    if (kind == EngineKind::Threads) {
        engine_ = std::make_unique<host::ThreadEngine>("test", kThreads, source);
    } else {
        loops_.start();
        engine_ = std::make_unique<host::FiberEngine>("test", loops_, source);
    }
    engine_->listen({listener_});
}

std::exception_ptr EngineUnderTest::close() {
    if (engine_) {
        engine_->listen({});
        // A client that was accepted just now is not in the ledger yet.
        static_cast<void>(waitUntil([this] {
            cutAll(host::CutReason::Drained);
            return engine_->idle();
        }));
        engine_.reset();
    }
    return ledger_->takeFailure();
}

TcpClient EngineUnderTest::connect() {
    ++connected_;
    if (listener_->bound().kind == host::ListenAddress::Kind::Unix) {
        return TcpClient(listener_->bound().path);
    }
    return TcpClient(listener_->bound().port);
}

std::shared_ptr<ServedClient> EngineUnderTest::client(std::size_t index) const {
    CPPUNIT_ASSERT(waitUntil([&] { return ledger_->clients().size() > index; }));
    return ledger_->clients()[index];
}

void EngineUnderTest::cutAll(host::CutReason reason) const {
    for (const auto& client : ledger_->clients()) client->record->cut(reason);
}

void EngineUnderTest::awaitAll(std::chrono::milliseconds limit) {
    const bool all = waitUntil([this] { return ledger_->ended >= connected_; }, limit);
    if (const auto failure = ledger_->takeFailure()) std::rethrow_exception(failure);
    CPPUNIT_ASSERT_MESSAGE("a handler does not end", all);
}

void EngineUnderTest::settle() {
    awaitAll();
    for (const auto& client : ledger_->clients()) {
        const auto end = client->ending.end;
        CPPUNIT_ASSERT_MESSAGE(
            client->ending.detail,
            end == host::ConnectionEnd::Finished || end == host::ConnectionEnd::ClosedByClient);
    }
}

void EngineUnderTest::destroyEngine() {
    engine_->listen({});
    engine_.reset();
}

}  // namespace berth::test
