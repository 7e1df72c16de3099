// tests/host/service/proxy_header_read_test.cpp - taking a PROXY header off a socket.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <future>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "host/base/unique_fd.h"
#include "host/service/proxy_header.h"
#include "proxy_header_bytes.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::readProxyHeader;
using host::UniqueFd;
using std::chrono::milliseconds;

constexpr milliseconds kLong{20'000};

class SocketPair {
public:
    SocketPair() {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
            throw std::system_error(errno, std::generic_category(), "socketpair");
        }
        proxy_ = host::UniqueFd(ends[0]);
        host_ = host::UniqueFd(ends[1]);
    }

    void send(std::string_view bytes) const {
        const auto sent = ::send(proxy_.value(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(bytes.size())) throw std::runtime_error("send failed");
    }
    void close() { proxy_.reset(); }
    [[nodiscard]] int host() const { return host_.value(); }
    // What is left for the handler.
    [[nodiscard]] std::string rest() const {
        std::array<char, 256> buffer{};
        const auto count = ::recv(host_.value(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        return {buffer.data(), static_cast<std::size_t>(count < 0 ? 0 : count)};
    }

private:
    UniqueFd proxy_;
    UniqueFd host_;
};

class ProxyHeaderReadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProxyHeaderReadTest);
    CPPUNIT_TEST(takesExactlyTheHeader);
    CPPUNIT_TEST(readsWhatDribblesInByteByByte);
    CPPUNIT_TEST(readsWhatIsSplitAnywhere);
    CPPUNIT_TEST(leavesGarbageInPlace);
    CPPUNIT_TEST(tellsAnEarlyEnd);
    CPPUNIT_TEST(givesUpAtTheTimeLimit);
    CPPUNIT_TEST_SUITE_END();

public:
    void takesExactlyTheHeader() {
        for (const auto& header : {kV1, v2(1, 0x11, kIpv4Addresses)}) {
            const SocketPair pair;
            pair.send(header + "after");
            expectSource(readProxyHeader(pair.host(), kLong));
            CPPUNIT_ASSERT_EQUAL(std::string("after"), pair.rest());
        }
    }

    void readsWhatDribblesInByteByByte() {
        for (const auto& header : {kV1, v2(1, 0x11, kIpv4Addresses)}) {
            const SocketPair pair;
            auto sent = std::async(std::launch::async, [&] {
                for (const char byte : header + "rest") {
                    pair.send({&byte, 1});
                    std::this_thread::yield();
                }
            });
            const auto read = readProxyHeader(pair.host(), kLong);
            sent.get();
            expectSource(read);
            CPPUNIT_ASSERT_EQUAL(std::string("rest"), pair.rest());
        }
    }

    void readsWhatIsSplitAnywhere() {
        for (const auto& header : {kV1, v2(1, 0x11, kIpv4Addresses)}) {
            for (std::size_t at = 1; at < header.size(); ++at) {
                const SocketPair pair;
                pair.send(header.substr(0, at));
                auto read = std::async(std::launch::async,
                                       [&] { return readProxyHeader(pair.host(), kLong); });
                pair.send(header.substr(at) + "x");
                expectSource(read.get());
                CPPUNIT_ASSERT_EQUAL(std::string("x"), pair.rest());
            }
        }
    }

    void leavesGarbageInPlace() {
        const SocketPair pair;
        pair.send("GET / HTTP/1.1\r\n");
        CPPUNIT_ASSERT(!readProxyHeader(pair.host(), kLong).error.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("GET / HTTP/1.1\r\n"), pair.rest());
    }

    void tellsAnEarlyEnd() {
        for (const std::string start : {"", "P", "PROXY TCP4 192.0.2.1", "\r\n\r\n"}) {
            SocketPair pair;
            if (!start.empty()) pair.send(start);
            pair.close();
            CPPUNIT_ASSERT_EQUAL(std::string("the connection ended within it"),
                                 readProxyHeader(pair.host(), kLong).error);
        }
    }

    void givesUpAtTheTimeLimit() {
        for (const std::string start : {"", "PROXY "}) {
            const SocketPair pair;
            if (!start.empty()) pair.send(start);
            const auto begun = std::chrono::steady_clock::now();
            CPPUNIT_ASSERT_EQUAL(std::string("not complete within the time limit"),
                                 readProxyHeader(pair.host(), milliseconds(40)).error);
            CHECK(std::chrono::steady_clock::now() - begun >= milliseconds(39));
        }
    }

private:
    static void expectSource(const host::ProxyHeader& header) {
        CPPUNIT_ASSERT_EQUAL(std::string(), header.error);
        CPPUNIT_ASSERT(header.source.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.1:56324"), header.source->toString());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProxyHeaderReadTest);

}  // namespace
}  // namespace berth::test
