// tests/plugins/echo/echo_test.cpp - the built echo.so on a connection in memory.
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "berth/errors.h"
#include "berth/testing/loopback_connection.h"
#include "support/plugin_under_test.h"

namespace berth::test {
namespace {

class EchoTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EchoTest);
    CPPUNIT_TEST(returnsEveryByteInOrder);
    CPPUNIT_TEST(answersEachChunkAtOnce);
    CPPUNIT_TEST(returnsNothingForNothing);
    CPPUNIT_TEST(greetsEachClient);
    CPPUNIT_TEST(addsTheSuffixToEachChunk);
    CPPUNIT_TEST(letsALostClientPass);
    CPPUNIT_TEST(refusesAnUnknownKey);
    CPPUNIT_TEST(refusesAWrongEscape);
    CPPUNIT_TEST(describesItsKeys);
    CPPUNIT_TEST_SUITE_END();

    std::string replyTo(const Values& values, std::initializer_list<std::string> pieces) {
        const auto service = plugin_.create("echo", values, context_);
        testing::LoopbackConnection client;
        for (const auto& piece : pieces) client.send(piece);
        client.finishSending();
        service->handle(client);
        return client.received();
    }

    PluginUnderTest plugin_{"echo"};
    testing::TestContext context_;

public:
    void returnsEveryByteInOrder() {
        std::string all;
        for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
        const std::string large(1'000'000, 'x');
        CPPUNIT_ASSERT_EQUAL(all + large + all, replyTo({}, {all, large, all}));
    }

    void answersEachChunkAtOnce() {
        const auto service = plugin_.create("echo", {}, context_);
        testing::LoopbackConnection client;
        client.setTimeout(std::chrono::milliseconds(1));
        client.send("no line end");
        CPPUNIT_ASSERT_THROW(service->handle(client), TimedOut);
        CPPUNIT_ASSERT_EQUAL(std::string("no line end"), client.received());
    }

    void returnsNothingForNothing() { CPPUNIT_ASSERT_EQUAL(std::string(), replyTo({}, {})); }

    void greetsEachClient() {
        CPPUNIT_ASSERT_EQUAL(std::string("Hello\r\nabc"),
                             replyTo({{"greeting", R"(Hello\r\n)"}}, {"abc"}));
    }

    void addsTheSuffixToEachChunk() {
        CPPUNIT_ASSERT_EQUAL(std::string("a!\nb!\n"), replyTo({{"suffix", R"(!\n)"}}, {"a", "b"}));
    }

    void letsALostClientPass() {
        const auto service = plugin_.create("echo", {}, context_);
        testing::LoopbackConnection client;
        client.reset();
        CPPUNIT_ASSERT_THROW(service->handle(client), ConnectionLost);
    }

    void refusesAnUnknownKey() {
        const auto issues = plugin_.check("echo", {{"greting", "Hi"}});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issues.size());
        CPPUNIT_ASSERT_EQUAL(std::string("did you mean \"greeting\"?"), issues.front().suggestion);
    }

    void refusesAWrongEscape() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plugin_.check("echo", {{"suffix", "\\q"}}).size());
    }

    void describesItsKeys() {
        std::vector<FieldDescription> fields;
        std::string error;
        CPPUNIT_ASSERT(plugin_.library().kind("echo")->describe(fields, error));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, fields.size());
        CPPUNIT_ASSERT_EQUAL(std::string("greeting"), fields[0].key);
        CPPUNIT_ASSERT_EQUAL(std::string("suffix"), fields[1].key);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EchoTest);

}  // namespace
}  // namespace berth::test
