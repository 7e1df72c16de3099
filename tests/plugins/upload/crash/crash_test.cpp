// tests/plugins/upload/crash/crash_test.cpp - crashes uploads of every form at every moment.
//
// BERTH_FORM, a part of the name of a form, runs that form alone.
#include <cppunit/extensions/HelperMacros.h>

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/berthd_process.h"
#include "support/check.h"
#include "support/sanitized.h"
#include "support/wait_until.h"
#include "survey.h"

namespace berth::test {
namespace {

std::vector<Form> wantedForms() {
    const char* part = std::getenv("BERTH_FORM");
    std::vector<Form> forms;
    for (const auto& make : {wholeForms, brokenForms, sharedForms}) {
        for (auto& form : make()) {
            if (part != nullptr && form.name.find(part) == std::string::npos) continue;
            forms.push_back(std::move(form));
        }
    }
    CPPUNIT_ASSERT_MESSAGE("no form has BERTH_FORM in its name", !forms.empty());
    return forms;
}

// Temporary folders lie in memory while it lives, where that can be: thousands of them are made.
class InMemory {
public:
    InMemory() {
        if (const char* before = std::getenv("TMPDIR")) before_ = before;
        if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 1);
    }
    InMemory(const InMemory&) = delete;
    InMemory& operator=(const InMemory&) = delete;
    ~InMemory() {
        if (before_) {
            ::setenv("TMPDIR", before_->c_str(), 1);
        } else {
            ::unsetenv("TMPDIR");
        }
    }

private:
    std::optional<std::string> before_;
};

void print(std::string_view what, const StateCounts& counts) {
    std::cout << what << ": " << counts.all() << " states (" << counts.killed << " killed, "
              << counts.orderly << " orderly, " << counts.disorderly << " disorderly)\n";
}

class CrashTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashTest);
    CPPUNIT_TEST(noCrashHurtsAnUpload);
    CPPUNIT_TEST(aHostStartsOnWhatACrashLeaves);
    CPPUNIT_TEST_SUITE_END();

public:
    void noCrashHurtsAnUpload() {
        const InMemory memory;
        const auto forms = wantedForms();
        StateCounts all;
        bool sound = true;
        std::cout << '\n';
        for (const auto& form : forms) {
            Survey survey(form);
            survey.judgeAll();
            print("  " + form.name + ", " + std::to_string(survey.events()) + " events",
                  survey.counts());
            for (const auto& [reason, count] : survey.wrong()) {
                std::cout << "    " << count << " wrong: " << reason << '\n';
            }
            all += survey.counts();
            sound = sound && survey.wrong().empty();
        }
        print(std::to_string(forms.size()) + " uploads", all);
        CPPUNIT_ASSERT(sound);
    }

    // A service for each of many folders.
    void aHostStartsOnWhatACrashLeaves() {
        constexpr std::size_t kEach = 4;
        const TemporaryFolder folder;
        std::string services;
        std::size_t count = 0;
        for (const auto& form : brokenForms()) {
            const auto folders = Survey(form).folders();
            for (std::size_t i = 1; i <= kEach; ++i) {
                const auto name = std::to_string(++count);
                makeImage(folders[(folders.size() - 1) * i / kEach], folder / name);
                services += "[service:s" + name +
                            "]\nplugin = upload\nlisten = 127.0.0.1:0\nmax_connections = 4\n"
                            "min_free_space = 0\ndirectory = " +
                            (folder / name).string() + "\n";
            }
        }
        const BerthdProcess host(services, {.awaitReady = false});
        constexpr std::chrono::seconds kManyServicesReady{scaled(60, 240)};
        CHECK(waitUntil([&] { return contains(host.output(), "is ready with"); },
                        kManyServicesReady));
        CHECK(startsWith(host.control("status"), "OK " + std::to_string(count)));
        for (const auto* word : {" warning ", " error "}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(host.output(), std::string::npos,
                                         host.output().find(word));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CrashTest);

}  // namespace
}  // namespace berth::test
