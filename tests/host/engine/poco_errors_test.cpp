// tests/host/engine/poco_errors_test.cpp - what a handler is told of an exception of Poco's.
#include "host/engine/poco_errors.h"

#include <Poco/Net/SSLException.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cerrno>
#include <string>

namespace berth::test {
namespace {

class PocoErrorsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PocoErrorsTest);
    CPPUNIT_TEST(passesOnWhatIsReturned);
    CPPUNIT_TEST(tellsALossInOneLine);
    CPPUNIT_TEST(tellsWhatTheSystemSaid);
    CPPUNIT_TEST(tellsATimeout);
    CPPUNIT_TEST_SUITE_END();

    template <class Error>
    static std::string lossOf(const Error& error) {
        try {
            host::translated("too late", [&]() -> int { throw error; });
        } catch (const ConnectionLost& lost) {
            return lost.what();
        }
        return {};
    }

public:
    void passesOnWhatIsReturned() {
        CPPUNIT_ASSERT_EQUAL(7, host::translated("", [] { return 7; }));
    }

    // From 1.13 on Poco puts each of OpenSSL's errors on a line of its own.
    void tellsALossInOneLine() {
        CPPUNIT_ASSERT_EQUAL(std::string("SSL Exception: error:0A0000C1; error:0A000126"),
                             lossOf(Poco::Net::SSLException("error:0A0000C1\nerror:0A000126\n")));
    }

    // As Poco throws what it has no class for.
    void tellsWhatTheSystemSaid() {
        const auto loss = lossOf(Poco::IOException("12", ENOMEM));
        CPPUNIT_ASSERT_EQUAL(std::string("I/O error: 12 (Cannot allocate memory)"), loss);
    }

    void tellsATimeout() {
        const auto late = [] { throw Poco::TimeoutException(); };
        const auto wouldBlock = [] { throw Poco::IOException("I/O error", EAGAIN); };
        CPPUNIT_ASSERT_THROW(host::translated("too late", late), TimedOut);
        CPPUNIT_ASSERT_THROW(host::translated("too late", wouldBlock), TimedOut);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PocoErrorsTest);

}  // namespace
}  // namespace berth::test
