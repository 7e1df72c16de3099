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

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "engine_under_test.h"
#include "support/bytes.h"

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
