// tests/fuzz/upload_protocol_fuzz.cpp - an upload service and its clients: what is answered, and
// what lies in the folder at the end, is what the protocol's page says.
#include <string>
#include <vector>

#include "berth/testing/plugin_under_test.h"
#include "berth/testing/test_context.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/model/upload_model.h"
#include "fuzz/protocol/serve.h"

namespace berth::fuzz {
namespace {

constexpr std::uint64_t kLargestFile = 100'000;
constexpr std::uint64_t kSmallTotal = 64;

// The first byte of an input.
UploadRules rulesOf(char byte) {
    const auto bits = static_cast<unsigned char>(byte);
    return {.overwrite = (bits & 1U) != 0,
            .strip = (bits & 2U) == 0,
            .maxFileSize = kLargestFile,
            .maxTotalSize = (bits & 4U) != 0 ? kSmallTotal : 0,
            .silences = static_cast<int>(kPatience / std::chrono::seconds(1))};
}

testing::Values settingsOf(const UploadRules& rules) {
    return {{"directory", "."},
            {"min_free_space", "0"},
            {"max_file_size", std::to_string(rules.maxFileSize)},
            {"max_total_size", std::to_string(rules.maxTotalSize)},
            {"overwrite", rules.overwrite ? "on" : "off"},
            {"strip_directories", rules.strip ? "on" : "off"}};
}

Entry foldersBeginning() {
    return Entry::folder({{"taken", Entry::file("old")},
                          {"folder", Entry::folder({{"inside", Entry::file("in")}})},
                          {"link", Entry::link("folder/inside")}});
}

void compareParts(const std::filesystem::path& folder, const UploadModel& model) {
    const auto found = readFolder(folder / "parts").entries;
    require(found.size() == model.parts().size(), "as many unfinished files as there should be");
    require(readFolder(folder / "states").entries.size() == found.size(), "each has its state");
    for (const auto& [name, part] : model.parts()) {
        const auto file = found.find(name);
        require(file != found.end() && file->second.content == part.content,
                "an unfinished file holds what was sent");
    }
}

}  // namespace

void target(std::string_view input) {
    static const testing::PluginUnderTest plugin(FUZZED_PLUGIN);
    static const WorkFolder work;
    if (input.empty()) return;
    const auto rules = rulesOf(input.front());
    auto folder = foldersBeginning();
    makeFolder(work.path(), folder);
    testing::TestContext context;
    const auto service = plugin.create("upload", settingsOf(rules), context, work.path());
    UploadModel model(rules, folder);
    try {
        for (const auto& script : parseScripts(input.substr(1))) {
            Incoming incoming(script);
            Expected expected;
            while (model.serveNext(incoming, expected)) {
            }
            expected.check(serve(*service, script));
        }
    } catch (const Unpredictable&) {
        return;
    }
    service->stop();
    folder.entries[".berth-upload"] = Entry::folder({});
    require(readFolder(work.path()) == folder, "the folder holds the published files");
    compareParts(work.path() / ".berth-upload", model);
}

}  // namespace berth::fuzz
