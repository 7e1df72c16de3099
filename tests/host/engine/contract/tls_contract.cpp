// tests/host/engine/contract/tls_contract.cpp - what differs below a Connection when it is TLS.
#include <array>
#include <atomic>
#include <future>
#include <string>
#include <vector>

#include "berth/errors.h"
#include "contract_fixture.h"
#include "pipe.h"
#include "support/check.h"
#include "support/sanitized.h"
#include "support/temporary_folder.h"
#include "support/tls_client.h"

namespace berth::test {
namespace {

using host::ConnectionEnd;
using std::chrono::milliseconds;

class TlsContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(TlsContract);
    CPPUNIT_TEST(movesALongMessageBothWays);
    CPPUNIT_TEST(goesOnReceivingAfterFinish);
    CPPUNIT_TEST(goesOnWritingAfterTheClientFinished);
    CPPUNIT_TEST(findsBytesThatAreDecryptedAlready);
    CPPUNIT_TEST(wakesForTheClientAndForDescriptors);
    CPPUNIT_TEST(timesOutWhenNothingComes);
    CPPUNIT_TEST(timesOutWhenNothingIsTaken);
    CPPUNIT_TEST(throwsOnAReset);
    CPPUNIT_TEST(isEndedByACut);
    CPPUNIT_TEST(copiesToADescriptor);
    CPPUNIT_TEST(mixesNothingAmongManyClients);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

    void movesALongMessageBothWays() {
        const auto message = pattern(scaled<std::size_t>(16, 2) << 20);
        serveTls([&](Connection& client) {
            std::vector<std::byte> received(message.size());
            CHECK(text(client.readExactly(received)) == message);
            client.writeText(message);
        });
        auto client = connectTls();
        client.send(message);
        CHECK(client.receiveExactly(message.size()) == message);
        settle();
    }

    void goesOnReceivingAfterFinish() {
        serveTls([](Connection& client) {
            client.writeText("last");
            client.finish();
            client.finish();
            CPPUNIT_ASSERT_EQUAL(std::string("answer"), text(client.receive()));
            CPPUNIT_ASSERT_THROW(client.writeText("more"), ConnectionLost);
        });
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            auto client = connectTls(version);
            CPPUNIT_ASSERT_EQUAL(std::string("last"), client.receiveExactly(100));
            CPPUNIT_ASSERT(client.endedCleanly());
            client.send("answer");
            CPPUNIT_ASSERT_EQUAL(std::string(), client.tcp().receiveAll());
        }
        settle();
    }

    void goesOnWritingAfterTheClientFinished() {
        serveTls([](Connection& client) {
            CPPUNIT_ASSERT(!client.receive());
            CPPUNIT_ASSERT(!client.receive());
            client.writeText("still here");
        });
        auto client = connectTls();
        client.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string("still here"), client.receiveExactly(100));
        CPPUNIT_ASSERT(client.endedCleanly());
        settle();
    }

    void findsBytesThatAreDecryptedAlready() {
        serveTls([](Connection& client) {
            std::array<std::byte, 3> buffer{};
            CPPUNIT_ASSERT_EQUAL(std::string("abc"), text(client.readExactly(buffer)));
            CHECK(client.wait({}, kForEver, ClientEvent::Input).client == ClientEvent::Input);
            CPPUNIT_ASSERT_EQUAL(std::string("def"), text(client.receive()));
            CPPUNIT_ASSERT(client.wait({}, milliseconds(20), ClientEvent::Input).timedOut());
        });
        auto client = connectTls();
        client.send("abcdef");
        settle();
    }

    void wakesForTheClientAndForDescriptors() {
        const Pipe pipe;
        serveTls([&](Connection& client) {
            std::array watched{pipe.readable()};
            client.writeText("?");
            CHECK(client.wait(watched, kForEver, ClientEvent::Input).client == ClientEvent::Input);
            CPPUNIT_ASSERT_EQUAL(std::string("!"), text(client.receive()));
            pipe.fill();
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, client.wait(watched, kForEver).descriptors);
        });
        auto client = connectTls();
        CPPUNIT_ASSERT_EQUAL(std::string("?"), client.receiveExactly(1));
        client.send("!");
        settle();
    }

    void timesOutWhenNothingComes() {
        serveTls([](Connection& client) { static_cast<void>(client.receive()); },
                 {.idleTimeout = milliseconds(50)});
        auto client = connectTls();
        expectEnd(ConnectionEnd::IdleTimeout);
    }

    void timesOutWhenNothingIsTaken() {
        expectWriteTimeout(setup(), [this] { return connectTls(); });
    }

    void throwsOnAReset() {
        serveTls([](Connection& client) { static_cast<void>(client.receive()); });
        auto client = connectTls();
        CPPUNIT_ASSERT(engine().client());
        client.tcp().reset();
        expectEnd(ConnectionEnd::Reset);
    }

    void isEndedByACut() {
        serveTls([](Connection& client) {
            client.writeText("ready");
            static_cast<void>(client.receive());
        });
        auto client = connectTls();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        engine().cutAll(host::CutReason::Killed);
        expectEnd(ConnectionEnd::Killed);
    }

    void copiesToADescriptor() {
        const auto message = pattern(std::size_t{1} << 20);
        const TemporaryFolder folder;
        const auto file = folder.write("file", "");
        serveTls([&](Connection& client) {
            const host::UniqueFd out(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{message.size()},
                                 client.copyTo(out.value(), message.size()));
            CPPUNIT_ASSERT_EQUAL(std::string("rest"), text(client.receive()));
        });
        auto client = connectTls();
        client.send(message);
        client.send("rest");
        settle();
        CHECK(readFile(file) == message);
    }

    void mixesNothingAmongManyClients() {
        serveTls(echo);
        std::vector<std::future<void>> clients;
        for (std::size_t i = 0; i < 10; ++i) {
            clients.push_back(std::async(std::launch::async, [&, i] {
                auto client = connectTls();
                for (std::size_t round = 0; round < 50; ++round) {
                    const auto message = pattern(1 + round * 997, i);
                    client.send(message);
                    CHECK(client.receiveExactly(message.size()) == message);
                }
                client.finishSending();
                CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveExactly(1));
            }));
        }
        for (auto& client : clients) client.get();
        settle();
    }

private:
    [[nodiscard]] std::shared_ptr<const host::ClientSetup> setup() const {
        host::ClientSetupOptions options;
        options.tlsCertificate = certificate_.file;
        options.tlsKey = certificate_.key;
        return std::make_shared<const host::ClientSetup>(options);
    }
    void serveTls(Handler handler, host::ConnectionLimits limits = {}) {
        serve(std::move(handler), limits).speakTls(setup());
    }
    [[nodiscard]] TlsClient connectTls(int version = TLS1_3_VERSION) {
        engine().expectClient();
        return TlsClient(engine().port(), version);
    }

    const TemporaryFolder folder_;
    const Certificate certificate_{folder_.path(), "server"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<TlsContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<TlsContract>);

}  // namespace
}  // namespace berth::test
