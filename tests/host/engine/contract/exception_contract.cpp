// tests/host/engine/contract/exception_contract.cpp - exceptions that are on their way, or being
// handled, while a handler waits.
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "berth/errors.h"
#include "contract_fixture.h"
#include "host/fiber/off_loop.h"

namespace berth::test {
namespace {

using std::chrono::milliseconds;

std::string currentText() {
    try {
        if (const auto current = std::current_exception()) std::rethrow_exception(current);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "none";
}

class ExceptionContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(ExceptionContract);
    CPPUNIT_TEST(keepsTheExceptionThatIsBeingHandled);
    CPPUNIT_TEST(keepsNestedExceptions);
    CPPUNIT_TEST(countsOnlyExceptionsOfItsOwn);
    CPPUNIT_TEST(carriesExceptionsOutOfBlockingWork);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

    void keepsTheExceptionThatIsBeingHandled() {
        serve([](Connection& client) {
            const auto own = text(client.receive());
            try {
                try {
                    throw std::runtime_error(own);
                } catch (const std::exception&) {
                    waitInEachWay(client);
                    CPPUNIT_ASSERT_EQUAL(own, currentText());
                    throw;
                }
            } catch (const std::runtime_error& error) {
                CPPUNIT_ASSERT_EQUAL(own, std::string(error.what()));
            }
            CPPUNIT_ASSERT(!std::current_exception());
        });
        converse();
    }

    void keepsNestedExceptions() {
        serve([](Connection& client) {
            const auto own = text(client.receive());
            try {
                throw std::runtime_error(own + " outer");
            } catch (const std::exception&) {
                waitInEachWay(client);
                try {
                    throw std::logic_error(own + " inner");
                } catch (const std::exception&) {
                    waitInEachWay(client);
                    CPPUNIT_ASSERT_EQUAL(own + " inner", currentText());
                }
                CPPUNIT_ASSERT_EQUAL(own + " outer", currentText());
            }
        });
        converse();
    }

    void countsOnlyExceptionsOfItsOwn() {
        serve([](Connection& client) {
            const auto own = text(client.receive());
            CPPUNIT_ASSERT_EQUAL(0, std::uncaught_exceptions());
            int during = 0;
            try {
                const WaitsWhenDestroyed guard{client, during};
                throw std::runtime_error(own);
            } catch (const std::runtime_error& error) {
                CPPUNIT_ASSERT_EQUAL(own, std::string(error.what()));
            }
            CPPUNIT_ASSERT_EQUAL(1, during);
            CPPUNIT_ASSERT_EQUAL(0, std::uncaught_exceptions());
            waitInEachWay(client);
            CPPUNIT_ASSERT_EQUAL(0, std::uncaught_exceptions());
        });
        converse();
    }

    void carriesExceptionsOutOfBlockingWork() {
        serve([](Connection& client) {
            const auto own = text(client.receive());
            try {
                host::offLoop([&]() -> int { throw std::runtime_error(own); });
                CPPUNIT_FAIL("nothing was thrown");
            } catch (const std::runtime_error& error) {
                waitInEachWay(client);
                CPPUNIT_ASSERT_EQUAL(own, std::string(error.what()));
            }
        });
        converse();
    }

private:
    static void waitInEachWay(Connection& client) {
        client.writeText("?");
        CPPUNIT_ASSERT_EQUAL(std::string("!"), text(client.receive()));
        client.wait({}, milliseconds(1));
        host::runOffLoop([] {
            try {
                throw std::runtime_error("of a helper thread");
            } catch (const std::exception&) {
                return;
            }
        });
    }

    // Its client is asked while the exception passes.
    struct WaitsWhenDestroyed {
        Connection& client;
        int& during;
        ~WaitsWhenDestroyed() {
            during = std::uncaught_exceptions();
            client.writeText("?");
            if (text(client.receive()) != "!") during = -1;
            if (std::uncaught_exceptions() != during) during = -2;
        }
    };

    // Many clients whose handlers take turns at each step.
    void converse() {
        constexpr std::size_t kClients = 20;
        std::vector<TcpClient> clients;
        for (std::size_t i = 0; i < kClients; ++i) {
            clients.push_back(connect());
            clients.back().send("client " + std::to_string(i));
        }
        for (bool some = true; some;) {
            some = false;
            for (auto& client : clients) {
                if (client.receiveExactly(1).empty()) continue;
                client.send("!");
                some = true;
            }
        }
        settle();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<ExceptionContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<ExceptionContract>);

}  // namespace
}  // namespace berth::test
