// tests/integration/secrets_test.cpp - what a configuration holds as secret is told to nobody.
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>
#include <string>

#include "support/berthd_process.h"
#include "support/check.h"
#include "texts.h"

namespace berth::test {
namespace {

class SecretsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SecretsTest);
    CPPUNIT_TEST(showMasksThem);
    CPPUNIT_TEST(noErrorQuotesThem);
    CPPUNIT_TEST_SUITE_END();

    static std::string service(const std::string& lines) {
        return "[service:exec]\nlisten = 0\ndirectory = .\n" + lines;
    }

    void showMasksThem() {
        BerthdProcess host(
            service("environment = API_TOKEN=hunter2\n"
                    "command.dump = /usr/bin/env -- --password=hunter2 {x}\n"
                    "timeout = 7s\n"));
        for (const std::string request : {"show exec", "json show exec", "show config"}) {
            const auto reply = host.control(request);
            CHECK(contains(reply, "environment = ***"));
            CHECK(contains(reply, "command.dump = ***"));
            CHECK(contains(reply, "timeout = 7s"));
            CHECK(!contains(reply, "hunter2"));
        }
    }

    void noErrorQuotesThem() {
        BerthdProcess host(service(""));
        for (const std::string line :
             {"environment = 1A=hunter2", "command.dump = dump --password=hunter2",
              "command.dump = /usr/bin/env hunter2 {", "enviroment = A=hunter2",
              "environment = A=1\nenvironment = A=hunter2", "command.cd = /usr/bin/env hunter2"}) {
            host.configure(service(line + "\n"));
            for (const std::string request : {"reload", "reload plan", "json reload"}) {
                const auto reply = host.control(request);
                CHECK(!contains(reply, "hunter2"));
                CHECK(contains(reply, "bad-config"));
            }
            BerthdProcess check(service(line + "\n"),
                                {.arguments = {"--check"}, .awaitReady = false});
            CPPUNIT_ASSERT_EQUAL(78, check.wait().value_or(-1));
            CHECK(contains(check.output(), " | "));
            CHECK(!contains(check.output(), "hunter2"));
        }
        CHECK(!contains(host.output(), "hunter2"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretsTest);

}  // namespace
}  // namespace berth::test
