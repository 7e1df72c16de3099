// tests/host/engine/contract/copy_contract.cpp - copyTo(): from the client to a descriptor.
#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "contract_fixture.h"
#include "host/unique_fd.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

class CopyContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(CopyContract);
    CPPUNIT_TEST(copiesExactlyAsMuchAsAsked);
    CPPUNIT_TEST(copiesLessAtTheEndOfInput);
    CPPUNIT_TEST(tellsThatTheDescriptorTakesNothing);
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
            CPPUNIT_ASSERT_EQUAL(std::string("rest"), text(client.receive()));
        });
        auto client = connect();
        client.send(message + "rest");
        settle();
        CPPUNIT_ASSERT(readFile(file) == "begun " + message);
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

    void tellsThatTheDescriptorTakesNothing() {
        serve([](Connection& client) {
            const host::UniqueFd in(::open("/dev/null", O_RDONLY | O_CLOEXEC));
            CPPUNIT_ASSERT_THROW(client.copyTo(in.value(), 3), std::system_error);
        });
        auto client = connect();
        client.send("abc");
        settle();
    }

private:
    const TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<CopyContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<CopyContract>);

}  // namespace
}  // namespace berth::test
