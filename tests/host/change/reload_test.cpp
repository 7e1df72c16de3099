// tests/host/change/reload_test.cpp - the file as it is by now, put in force with its logs.
#include "host/change/reload.h"

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <string>
#include <vector>

#include "host/change/host_parts.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::ChangeError;
using host::ChangeResult;
using host::Reload;
using Lines = std::vector<std::string>;

class ReloadTest : public ChangeFixture {
    CPPUNIT_TEST_SUITE(ReloadTest);
    CPPUNIT_TEST(appliesTheFile);
    CPPUNIT_TEST(plansTheFile);
    CPPUNIT_TEST(tellsEveryErrorOfTheFile);
    CPPUNIT_TEST(removesNotEverythingUnasked);
    CPPUNIT_TEST(tellsWhatWaitsForTheNextStart);
    CPPUNIT_TEST(refusesALogThatCannotBeOpened);
    CPPUNIT_TEST(takesTheLogBackWhenTheRestFails);
    CPPUNIT_TEST_SUITE_END();

public:
    void appliesTheFile() {
        write({}, good("a"));
        const auto result = reload();
        CPPUNIT_ASSERT_EQUAL(std::string("applied, generation 2"), result.text);
        CPPUNIT_ASSERT(parts_->services.find("a"));
        CPPUNIT_ASSERT_EQUAL(std::string("nothing to change, generation 3"), reload().text);
    }

    void plansTheFile() {
        write({}, good("a"));
        CPPUNIT_ASSERT_EQUAL(std::string("1 service would change"), plan().text);
        CPPUNIT_ASSERT(!parts_->services.find("a"));
        expectDone(reload());
        write({}, {});
        const auto refused = plan();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, refused.lines.size());
        CPPUNIT_ASSERT_MESSAGE(refused.lines[1], refused.lines[1].starts_with(
                                                     "a reload is refused: it would remove every"));
        write("allow_empty = on\n", {});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plan().lines.size());
    }

    void tellsEveryErrorOfTheFile() {
        write("nonsense = 1\n", good("a") + "greting = 2\n");
        for (const auto& result : {reload(), plan()}) {
            CHECK(result.error == ChangeError::BadConfig);
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, result.lines.size());
        }
        CPPUNIT_ASSERT(parts_->services.all().empty());
    }

    void removesNotEverythingUnasked() {
        write({}, good("a"));
        expectDone(reload());
        write({}, {});
        const auto refused = reload();
        CHECK(refused.error == ChangeError::Refused);
        CPPUNIT_ASSERT(parts_->services.find("a"));
        expectDone(reload(true));
        CPPUNIT_ASSERT(!parts_->services.find("a"));

        write({}, good("a"));
        expectDone(reload());
        write("allow_empty = on\n", {});
        expectDone(reload());
        CPPUNIT_ASSERT(!parts_->services.find("a"));
    }

    void tellsWhatWaitsForTheNextStart() {
        write("loops = 3\nmax_generations = 7\nstate = elsewhere\n[control]\nlisten = 7499\n",
              good("a"));
        const Lines expected{"[control] changed: takes effect at the next start",
                             "[host] state changed: takes effect at the next start",
                             "[host] loops changed: takes effect at the next start",
                             "[host] max_generations changed: takes effect at the next start"};
        auto lines = reload().lines;
        CPPUNIT_ASSERT_EQUAL(expected.size() + 1, lines.size());
        lines.erase(lines.begin());  // of the service
        CHECK(lines == expected);
    }

    void refusesALogThatCannotBeOpened() {
        write("log = " + (parts_->folder / "none/berth.log").string() + "\n", good("a"));
        const auto result = reload();
        CPPUNIT_ASSERT_MESSAGE(result.text, result.error == ChangeError::LogFile);
        CPPUNIT_ASSERT_MESSAGE(result.text, result.text.ends_with("; nothing was changed"));
        CPPUNIT_ASSERT(parts_->services.all().empty());
    }

    void takesTheLogBackWhenTheRestFails() {
        const auto taken = parts_->listener(loopback(0));
        parts_->log.setLevel(LogLevel::Warning);  // by an operator
        write("log_level = error\naccess_log = off\n", good("a", toString(taken->bound())));
        CHECK(reload().error == ChangeError::Address);
        CHECK(parts_->log.level() == LogLevel::Warning);
        CPPUNIT_ASSERT(parts_->log.accessLogEnabled());

        write("log_level = error\naccess_log = off\n", good("a"));
        expectDone(reload());
        CHECK(parts_->log.level() == LogLevel::Error);
        CPPUNIT_ASSERT(!parts_->log.accessLogEnabled());
    }

    void setUp() override {
        ChangeFixture::setUp();
        write({}, {});
        parts_->applied.replace(
            parts_->applied.after(host::loadHostConfig(parts_->folder / "berth.ini").config));
    }

private:
    void write(const std::string& host, const std::string& services) {
        parts_->folder.write("berth.ini", "[host]\n" + host + services);
    }
    static std::string good(const std::string& name, const std::string& listen = "0") {
        return "[service:" + name + "]\nplugin = " + fixturePlugin("good").string() +
               "\nlisten = " + listen + "\n";
    }
    ChangeResult reload(bool allowEmpty = false) {
        return Reload(parts_->reconciler, parts_->log).run(allowEmpty);
    }
    ChangeResult plan() { return Reload(parts_->reconciler, parts_->log).plan(); }
    static void expectDone(const ChangeResult& result) {
        CPPUNIT_ASSERT_MESSAGE(result.text, result.ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReloadTest);

}  // namespace
}  // namespace berth::test
