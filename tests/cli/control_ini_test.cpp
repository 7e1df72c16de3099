// tests/cli/control_ini_test.cpp - finds the control port through a host's ini.
#include "cli/control/control_ini.h"

#include <cppunit/extensions/HelperMacros.h>

#include <stdlib.h>

#include <string>
#include <vector>

#include "cli/app/failure.h"
#include "cli/control/control_target.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using Words = std::vector<std::string>;

cli::ControlTarget targetFor(const Words& words) {
    const std::vector<cli::Option> options{
        {"control", "", "A", "."}, {"config", "", "F", "."}, {"token-file", "", "F", "."}};
    return cli::findControlTarget(cli::Arguments("status", words, options, 100));
}

class ControlIniTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ControlIniTest);
    CPPUNIT_TEST(readsTheTwoKeysRelativeToTheFile);
    CPPUNIT_TEST(knowsTheDefaults);
    CPPUNIT_TEST(followsTheStateFolder);
    CPPUNIT_TEST(readsCommentsQuotesAndTheEnvironment);
    CPPUNIT_TEST(refusesWhatItCannotUnderstand);
    CPPUNIT_TEST(refusesAMissingFile);
    CPPUNIT_TEST(prefersTheUnixSocket);
    CPPUNIT_TEST(skipsAddressesThatOnlyTheHostKnows);
    CPPUNIT_TEST(takesTheAddressFromTheCommandLineFirst);
    CPPUNIT_TEST(takesTheAddressFromTheEnvironment);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        for (const auto* name : {"BERTH_CONTROL", "BERTH_CONFIG", "BERTH_TOKEN_FILE"}) {
            ::unsetenv(name);
        }
    }
    void tearDown() override { setUp(); }

    void readsTheTwoKeysRelativeToTheFile() {
        const auto file =
            folder_.write("b.ini",
                          "[control]\nlisten = 7411, unix:run/c.sock, unix:@c, [::1]:7412\n"
                          "token_file = secret/token\n[service:x]\nlisten = 1\n");
        const auto ini = cli::readControlIni(file);
        CHECK(ini.listen == Words({"7411", "unix:" + (folder_ / "run/c.sock").string(), "unix:@c",
                                   "[::1]:7412"}));
        CPPUNIT_ASSERT_EQUAL((folder_ / "secret/token").string(), ini.tokenFile.string());
    }

    void knowsTheDefaults() {
        const auto ini = cli::readControlIni(folder_.write("b.ini", "[host]\n"));
        CHECK(ini.listen ==
              Words({"127.0.0.1:7400", "unix:" + (folder_ / "state/control.sock").string()}));
        CPPUNIT_ASSERT_EQUAL((folder_ / "state/control.token").string(), ini.tokenFile.string());
    }

    void followsTheStateFolder() {
        const auto ini = cli::readControlIni(folder_.write("b.ini", "[host]\nstate = /var/b\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("unix:/var/b/control.sock"), ini.listen.at(1));
        CPPUNIT_ASSERT_EQUAL(std::string("/var/b/control.token"), ini.tokenFile.string());
    }

    void readsCommentsQuotesAndTheEnvironment() {
        ::setenv("BERTH_TEST_RUN", "/run/x", 1);
        const auto file = folder_.write(
            "b.ini",
            "# one\n; two\n[ control ] ; three\r\n  listen=\"unix:${env:BERTH_TEST_RUN}/a"
            " #1.sock\"  # four\n token_file = a;b\n");
        const auto ini = cli::readControlIni(file);
        CPPUNIT_ASSERT_EQUAL(std::string("unix:/run/x/a #1.sock"), ini.listen.at(0));
        CPPUNIT_ASSERT_EQUAL((folder_ / "a;b").string(), ini.tokenFile.string());
        ::unsetenv("BERTH_TEST_RUN");
    }

    void refusesWhatItCannotUnderstand() {
        for (const auto* text : {"[control\nlisten = 1\n", "[control]\njunk\n",
                                 "\x7f"
                                 "ELF\n"}) {
            try {
                static_cast<void>(cli::readControlIni(folder_.write("b.ini", text)));
                CPPUNIT_FAIL("accepted");
            } catch (const cli::Failure& failure) {
                CHECK(failure.code() == cli::ExitCode::Configuration);
                CHECK(contains(failure.what(), "b.ini:"));
            }
        }
    }

    void refusesAMissingFile() {
        try {
            static_cast<void>(targetFor({"--config", (folder_ / "none.ini").string()}));
            CPPUNIT_FAIL("accepted");
        } catch (const cli::Failure& failure) {
            CHECK(failure.code() == cli::ExitCode::NoInput);
        }
    }

    void prefersTheUnixSocket() {
        const auto file = folder_.write("b.ini", "[host]\n");
        const auto target = targetFor({"--config", file.string()});
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, target.endpoints.size());
        CHECK(target.endpoints.front().kind == cli::Endpoint::Kind::Unix);
    }

    void skipsAddressesThatOnlyTheHostKnows() {
        const auto file =
            folder_.write("b.ini", "[control]\nlisten = 0, systemd:ctl, 127.0.0.1:0, 7411\n");
        const auto target = targetFor({"--config", file.string()});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, target.endpoints.size());
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:7411"), toString(target.endpoints.at(0)));
        const auto none = folder_.write("n.ini", "[control]\nlisten = systemd:ctl\n");
        CPPUNIT_ASSERT_THROW(static_cast<void>(targetFor({"--config", none.string()})),
                             cli::Failure);
    }

    void takesTheAddressFromTheCommandLineFirst() {
        ::setenv("BERTH_CONTROL", "7499", 1);
        const auto target = targetFor({"--control", "unix:/run/b.sock", "--token-file", "t"});
        CPPUNIT_ASSERT_EQUAL(std::string("unix:/run/b.sock"), toString(target.endpoints.at(0)));
        CPPUNIT_ASSERT_EQUAL(std::string("t"), target.tokenFile.string());
    }

    void takesTheAddressFromTheEnvironment() {
        const auto file = folder_.write("b.ini", "[control]\ntoken_file = t\n");
        ::setenv("BERTH_CONTROL", "7499", 1);
        ::setenv("BERTH_CONFIG", file.c_str(), 1);
        const auto target = targetFor({});
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:7499"), toString(target.endpoints.at(0)));
        CPPUNIT_ASSERT_EQUAL((folder_ / "t").string(), target.tokenFile.string());
    }

private:
    TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ControlIniTest);

}  // namespace
}  // namespace berth::test
