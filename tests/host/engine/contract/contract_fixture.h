// tests/host/engine/contract/contract_fixture.h - each case of a contract, on both engines.
//
//     class StreamContract : public ContractFixture {
//         CPPUNIT_TEST_SUITE(StreamContract);
//         ...
//         CPPUNIT_TEST_SUITE_END_ABSTRACT();
//     };
//     CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<StreamContract>);
//     CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<StreamContract>);
#pragma once

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "berth/errors.h"
#include "engine_under_test.h"
#include "support/bytes.h"
#include "support/check.h"
#include "support/fastest.h"
#include "support/sanitized.h"

namespace berth::test {

class ContractFixture : public CppUnit::TestFixture {
public:
    // An assertion that failed in a handler fails the test, though the test did not look.
    void tearDown() override {
        if (!engine_) return;
        const auto failure = engine_->close();
        engine_.reset();
        if (failure) std::rethrow_exception(failure);
    }

protected:
    using Clock = std::chrono::steady_clock;
    // What Connection::wait takes for "no limit".
    static constexpr std::chrono::milliseconds kForEver{-1};

    [[nodiscard]] virtual EngineKind kind() const noexcept = 0;

    EngineUnderTest& serve(Handler handler, host::ConnectionLimits limits = {}) {
        return engine_.emplace(kind(), std::move(handler), limits);
    }
    EngineUnderTest& serveAt(const host::ListenAddress& address, Handler handler,
                             host::ConnectionLimits limits = {},
                             const host::ListenOptions& options = {}) {
        return engine_.emplace(kind(), std::move(handler), limits, address, options);
    }
    [[nodiscard]] EngineUnderTest& engine() { return *engine_; }
    [[nodiscard]] TcpClient connect() { return engine_->connect(); }
    void settle() { engine_->settle(); }
    // For a test with one client: waits for its end, whatever it is.
    void expectEnd(host::ConnectionEnd end) {
        engine_->awaitAll();
        CPPUNIT_ASSERT_EQUAL(toString(end), toString(engine_->client()->ending.end));
    }

    // What a handler that echoes does.
    static void echo(Connection& client) {
        while (const auto bytes = client.receive()) client.write(bytes);
    }

    // Of a handler that writes to a client who reads nothing: the same on each engine, with TLS and
    // without. `setup`: null without.
    template <class Connect>
    void expectWriteTimeout(const std::shared_ptr<const host::ClientSetup>& setup,
                            Connect connect) {
        using std::chrono::milliseconds;
        constexpr milliseconds kLimit{scaled(1000, 2000)};
        constexpr auto kTenth = kLimit / 10;
        const std::string much(std::size_t{32} << 20, 'x');
        const auto took = fastest(kLimit + kTenth, [&] {
            std::atomic<Clock::duration> waited{};
            // A buffer that does not grow, so that nothing more is taken after the first moment.
            serveAt(loopback(),
                    [&](Connection& client) {
                        const auto begun = Clock::now();
                        CPPUNIT_ASSERT_THROW(client.writeText(much), TimedOut);
                        waited = Clock::now() - begun;
                    },
                    {.writeTimeout = kLimit}, {.sendBuffer = ByteCount(64 * 1024)})
                .speakTls(setup);
            const auto client = connect();
            settle();
            CPPUNIT_ASSERT(engine().client()->record->writeTimeout());
            CHECK(waited.load() >= kLimit - kTenth);
            return std::chrono::duration_cast<milliseconds>(waited.load());
        });
        CHECK(took <= kLimit + kTenth);
    }

private:
    std::optional<EngineUnderTest> engine_;
};

template <class Contract>
class OnThreads : public Contract {
    CPPUNIT_TEST_SUB_SUITE(OnThreads, Contract);
    CPPUNIT_TEST_SUITE_END();

    [[nodiscard]] EngineKind kind() const noexcept override { return EngineKind::Threads; }
};

template <class Contract>
class OnFibers : public Contract {
    CPPUNIT_TEST_SUB_SUITE(OnFibers, Contract);
    CPPUNIT_TEST_SUITE_END();

    [[nodiscard]] EngineKind kind() const noexcept override { return EngineKind::Fibers; }
};

}  // namespace berth::test
