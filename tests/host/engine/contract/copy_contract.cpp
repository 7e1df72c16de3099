// tests/host/engine/contract/copy_contract.cpp - copyTo(): from the client to a descriptor.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>

#include "berth/errors.h"
#include "contract_fixture.h"
#include "pipe.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

class CopyContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(CopyContract);
    CPPUNIT_TEST(copiesExactlyAsMuchAsAsked);
    CPPUNIT_TEST(copiesNothingAtOnce);
    CPPUNIT_TEST(copiesLessAtTheEndOfInput);
    CPPUNIT_TEST(keepsWhatCameBeforeATimeout);
    CPPUNIT_TEST(isEndedByAReset);
    CPPUNIT_TEST(isEndedByACut);
    CPPUNIT_TEST(tellsThatTheDescriptorTakesNothing);
    CPPUNIT_TEST(waitsForAPipeWithoutHoldingUpItsReader);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

public:
    void copiesExactlyAsMuchAsAsked() {
        const auto message = pattern(std::size_t{1} << 20);
        const auto file = folder_.write("file", "begun ");
        serve([&](Connection& client) {
            const host::UniqueFd out(::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{message.size()},
                                 client.copyTo(out.value(), message.size()));
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, client.copyTo(out.value(), 0));
            std::array<std::byte, 4> rest{};
            CPPUNIT_ASSERT_EQUAL(std::string("rest"), text(client.readExactly(rest)));
        });
        auto client = connect();
        client.send(message + "rest");
        settle();
        CHECK(readFile(file) == "begun " + message);
    }

    void copiesLessAtTheEndOfInput() {
        const auto file = folder_.write("file", "");
        serve([&](Connection& client) {
            const host::UniqueFd out(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{5}, client.copyTo(out.value(), 1000));
        });
        auto client = connect();
        client.send("short");
        client.finishSending();
        settle();
        CPPUNIT_ASSERT_EQUAL(std::string("short"), readFile(file));
    }

    void copiesNothingAtOnce() {
        serve([](Connection& client) {
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, client.copyTo(-1, 0));
            client.writeText("done");
        });
        CPPUNIT_ASSERT_EQUAL(std::string("done"), connect().receiveAll());  // without a byte
        settle();
    }

    void keepsWhatCameBeforeATimeout() {
        const auto file = folder_.write("file", "");
        serve(
            [&](Connection& client) {
                const host::UniqueFd out(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
                client.wait({}, kForEver, ClientEvent::Input);  // until "some" is there
                CPPUNIT_ASSERT_THROW(client.copyTo(out.value(), 1000), TimedOut);
                CPPUNIT_ASSERT_EQUAL(std::string("some"), readFile(file));
                client.setTimeout(std::chrono::seconds(20));
                client.writeText("more?");
                CPPUNIT_ASSERT_EQUAL(std::uint64_t{4}, client.copyTo(out.value(), 4));
            },
            {.idleTimeout = std::chrono::milliseconds(30)});
        auto client = connect();
        client.send("some");
        CPPUNIT_ASSERT_EQUAL(std::string("more?"), client.receiveExactly(5));
        client.send("more");
        settle();
        CPPUNIT_ASSERT_EQUAL(std::string("somemore"), readFile(file));
    }

    void isEndedByAReset() {
        serveCopies();
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        client.reset();
        expectEnd(host::ConnectionEnd::Reset);
    }

    void isEndedByACut() {
        serveCopies();
        auto client = connect();
        client.send("some");
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        engine().cutAll(host::CutReason::Killed);
        expectEnd(host::ConnectionEnd::Killed);
    }

    void tellsThatTheDescriptorTakesNothing() {
        serve([](Connection& client) {
            const host::UniqueFd in(::open("/dev/null", O_RDONLY | O_CLOEXEC));
            CPPUNIT_ASSERT_THROW(client.copyTo(in.value(), 3), std::system_error);
        });
        auto client = connect();
        client.send("abc");
        settle();
    }

    // More than the pipe holds; its reader is a handler of the same loop.
    void waitsForAPipeWithoutHoldingUpItsReader() {
        const auto message = pattern(std::size_t{1} << 20);
        const Pipe pipe;
        std::atomic<bool> second{false};
        serve([&](Connection& client) {
            if (second.exchange(true)) return drain(client, pipe, message);
            client.writeText("first");
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{message.size()},
                                 client.copyTo(pipe.writeEnd(), message.size()));
        });
        auto writer = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("first"), writer.receiveExactly(5));
        auto reader = connect();
        writer.send(message);
        CPPUNIT_ASSERT_EQUAL(std::string("all"), reader.receiveAll());
        settle();
    }

private:
    void serveCopies() {
        serve([](Connection& client) {
            const host::UniqueFd out(::open("/dev/null", O_WRONLY | O_CLOEXEC));
            client.writeText("ready");
            client.copyTo(out.value(), 1000);
        });
    }

    static void drain(Connection& client, const Pipe& pipe, const std::string& message) {
        std::string taken;
        while (taken.size() < message.size()) {
            auto readable = pipe.readable();
            CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                                 client.wait({&readable, 1}, std::chrono::seconds(20)).descriptors);
            taken += pipe.drain();
        }
        CHECK(taken == message);
        client.writeText("all");
    }

    const TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<CopyContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<CopyContract>);

}  // namespace
}  // namespace berth::test
