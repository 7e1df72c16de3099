// tests/integration/tls_offer_test.cpp - the versions and cipher suites of TLS that a host offers,
// at its services and its control port.
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/berthd_process.h"
#include "support/check.h"
#include "support/tls_client.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using Suites = std::set<std::string>;
using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;

// A client that takes whatever it is given, weak or not.
Context carelessContext(int version) {
    Context context(::SSL_CTX_new(::TLS_client_method()), ::SSL_CTX_free);
    ::SSL_CTX_set_security_level(context.get(), 0);
    ::SSL_CTX_set_min_proto_version(context.get(), version);
    ::SSL_CTX_set_max_proto_version(context.get(), version);
    return context;
}

bool accepts(std::uint16_t port, SSL_CTX* context) {
    TcpClient tcp(port);
    const std::unique_ptr<SSL, void (*)(SSL*)> ssl(::SSL_new(context), ::SSL_free);
    ::SSL_set_fd(ssl.get(), tcp.socket().impl()->sockfd());
    return ::SSL_connect(ssl.get()) == 1;
}

// Those of TLS 1.2 that the server at the port agrees to, tried one by one.
Suites offered(std::uint16_t port) {
    const auto context = carelessContext(TLS1_2_VERSION);
    ::SSL_CTX_set_cipher_list(context.get(), "ALL:COMPLEMENTOFALL");
    const std::unique_ptr<SSL, void (*)(SSL*)> all(::SSL_new(context.get()), ::SSL_free);
    const auto* ciphers = ::SSL_get_ciphers(all.get());
    std::vector<std::string> names;
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
        names.emplace_back(::SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, i)));
    }
    Suites suites;
    for (const auto& name : names) {
        // Those of TLS 1.3 are in the list too, and cannot be chosen here.
        if (name.starts_with("TLS_")) continue;
        ::SSL_CTX_set_cipher_list(context.get(), name.c_str());
        if (accepts(port, context.get())) suites.insert(name);
    }
    return suites;
}

class TlsOfferTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TlsOfferTest);
    CPPUNIT_TEST(isTheIntermediateList);
    CPPUNIT_TEST(isTheListOfTheConfiguration);
    CPPUNIT_TEST(isTls12AndLater);
    CPPUNIT_TEST(isTls13AloneIfSoConfigured);
    CPPUNIT_TEST_SUITE_END();

    void isTheIntermediateList() {
        BerthdProcess host(service("ec", ec_) + service("rsa", rsa_), {.controlKeys = control()});
        const Suites withEc{"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
                            "ECDHE-ECDSA-CHACHA20-POLY1305"};
        const Suites withRsa{"ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
                             "ECDHE-RSA-CHACHA20-POLY1305"};
        CHECK(withEc == offered(host.port("ec")));
        CHECK(withRsa == offered(host.port("rsa")));
        CHECK(withEc == offered(controlPort(host)));
    }

    void isTheListOfTheConfiguration() {
        const std::string keys = "tls_ciphers = ECDHE-ECDSA-AES256-GCM-SHA384\n";
        BerthdProcess host(service("ec", ec_) + keys, {.controlKeys = control() + keys});
        CHECK(Suites{"ECDHE-ECDSA-AES256-GCM-SHA384"} == offered(host.port("ec")));
        CHECK(Suites{"ECDHE-ECDSA-AES256-GCM-SHA384"} == offered(controlPort(host)));
    }

    void isTls12AndLater() {
        BerthdProcess host(service("ec", ec_), {.controlKeys = control()});
        for (const auto port : {host.port("ec"), controlPort(host)}) {
            CPPUNIT_ASSERT(!accepts(port, carelessContext(TLS1_VERSION).get()));
            CPPUNIT_ASSERT(!accepts(port, carelessContext(TLS1_1_VERSION).get()));
            CPPUNIT_ASSERT(accepts(port, carelessContext(TLS1_2_VERSION).get()));
            CPPUNIT_ASSERT(accepts(port, carelessContext(TLS1_3_VERSION).get()));
        }
    }

    void isTls13AloneIfSoConfigured() {
        const std::string keys = "tls_min_version = 1.3\n";
        BerthdProcess host(service("ec", ec_) + keys, {.controlKeys = control() + keys});
        for (const auto port : {host.port("ec"), controlPort(host)}) {
            CPPUNIT_ASSERT(!accepts(port, carelessContext(TLS1_2_VERSION).get()));
            CPPUNIT_ASSERT(accepts(port, carelessContext(TLS1_3_VERSION).get()));
        }
    }

    static std::string tls(const Certificate& certificate) {
        return "tls_certificate = " + certificate.file.string() +
               "\ntls_key = " + certificate.key.string() + "\n";
    }
    static std::string service(const std::string& name, const Certificate& certificate) {
        return "[service:" + name + "]\nplugin = echo\nlisten = 0\n" + tls(certificate);
    }
    [[nodiscard]] std::string control() const {
        return "listen = unix:control.sock, 127.0.0.1:0\n" + tls(ec_);
    }

    // As the host's log tells it.
    static std::uint16_t controlPort(const BerthdProcess& host) {
        const std::string_view before = "127.0.0.1:";
        std::string line;
        CPPUNIT_ASSERT(waitUntil([&] {
            const auto text = host.output();
            const auto begin = text.find("control port listens on");
            const auto end = text.find('\n', begin);
            if (begin == std::string::npos || end == std::string::npos) return false;
            line = text.substr(begin, end - begin);
            return true;
        }));
        return static_cast<std::uint16_t>(
            std::stoi(line.substr(line.find(before) + before.size())));
    }

    const TemporaryFolder folder_;
    const Certificate ec_{folder_.path(), "ec"};
    const Certificate rsa_{folder_.path(), "rsa", "rsa:2048"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsOfferTest);

}  // namespace
}  // namespace berth::test
