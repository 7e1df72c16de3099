// tests/cli/completion_process_test.cpp - help, and the completion as bash runs it.
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/app/command_table.h"
#include "cli/fake_server.h"
#include "cli/tool_process.h"
#include "protocol/verbs.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

struct PipeCloser {
    void operator()(FILE* pipe) const noexcept { ::pclose(pipe); }
};

constexpr auto kTool = BERTH_TEST_BINARY_DIR "/bin/berth";

// What bash would offer for a line that is being typed.
std::string offers(const std::string& typed) {
    const auto line = kTool + typed;
    const auto script = "source <(" + std::string(kTool) + " completion bash); COMP_LINE=\"" +
                        line + "\"; COMP_POINT=${#COMP_LINE}; _berth; echo \" ${COMPREPLY[*]} \"";
    const std::unique_ptr<FILE, PipeCloser> bash(
        ::popen(("bash -c '" + script + "'").c_str(), "re"));
    std::string text;
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), bash.get()) != nullptr) {
        text += buffer.data();
    }
    return text;
}

// The last of a few offers, up to the wanted one: the completion gives a host no more than a
// second.
std::string offersInTime(const std::string& typed, const std::string& wanted) {
    constexpr int kAttempts = 5;
    std::string offered;
    for (int i = 0; i < kAttempts && offered != wanted; ++i) offered = offers(typed);
    return offered;
}

class CompletionProcessTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CompletionProcessTest);
    CPPUNIT_TEST(offersCommands);
    CPPUNIT_TEST(offersOptionsOfTheCommand);
    CPPUNIT_TEST(offersActionsOfPlugin);
    CPPUNIT_TEST(asksTheHostForItsServices);
    CPPUNIT_TEST(explainsEveryCommand);
    CPPUNIT_TEST(explainsEveryFormOfARequest);
    CPPUNIT_TEST(tellsItsVersion);
    CPPUNIT_TEST_SUITE_END();

public:
    void offersCommands() {
        CPPUNIT_ASSERT_EQUAL(std::string(" restart reload \n"), offers(" re"));
        CHECK(contains(offers(" --config x.ini sta"), " status "));
        CHECK(contains(offers(" help pu"), " put "));
    }

    void offersOptionsOfTheCommand() {
        CPPUNIT_ASSERT_EQUAL(std::string(" --retry --retry-delay \n"), offers(" put --ret"));
        CHECK(!contains(offers(" status --"), "--retry"));
    }

    void offersActionsOfPlugin() {
        CPPUNIT_ASSERT_EQUAL(std::string(" check \n"), offers(" plugin ch"));
    }

    void asksTheHostForItsServices() {
        const TemporaryFolder folder;
        const FakeServer server(
            [](FakeClient& client) {
                client.write(client.readLine() == "help complete stop sh"
                                 ? "OK 2 words\nshort\nshout\n.\n"
                                 : "ERR usage no\n.\n");
                static_cast<void>(client.readToEnd());
            },
            folder / "c.sock");
        const auto line = " --control unix:" + (folder / "c.sock").string() + " stop sh";
        const std::string services = " short shout \n";
        CPPUNIT_ASSERT_EQUAL(services, offersInTime(line, services));
        CPPUNIT_ASSERT_EQUAL(std::string("  \n"), offers(" -c unix:/nonexistent stop sh"));
    }

    void explainsEveryCommand() {
        const auto overview = runTool({"help"});
        for (const auto& command : cli::makeCommandTable()) {
            CHECK(contains(overview.out, "  " + command.name + " "));
            const auto help = runTool({"help", command.name});
            CPPUNIT_ASSERT_EQUAL(0, help.status);
            CHECK(contains(help.out, "berth " + command.name));
        }
        CPPUNIT_ASSERT_EQUAL(64, runTool({"help", "nothing"}).status);
        CPPUNIT_ASSERT_EQUAL(overview.out, runTool({"--help"}).out);
        CPPUNIT_ASSERT_EQUAL(runTool({"help", "put"}).out, runTool({"put", "-h"}).out);
    }

    void explainsEveryFormOfARequest() {
        for (const auto& verb : protocol::kVerbs) {
            if (verb.ofSession) continue;
            const auto help = runTool({"help", std::string(verb.name)}).out;
            for (auto form : cli::formsOf(verb.usage)) {
                form.remove_prefix(verb.name.size());
                CHECK(contains(help, " [OPTION...]" + std::string(form) + "\n"));
            }
        }
    }

    void tellsItsVersion() {
        CHECK(startsWith(runTool({"--version"}).out, "berth 0."));
        CPPUNIT_ASSERT_EQUAL(64, runTool({}).status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CompletionProcessTest);

}  // namespace
}  // namespace berth::test
