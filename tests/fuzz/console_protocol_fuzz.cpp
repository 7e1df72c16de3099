// tests/fuzz/console_protocol_fuzz.cpp - a console service and its clients: commands and uploads on
// one connection and in one folder, each byte taken for what it is.
#include <algorithm>

#include "berth/testing/plugin_under_test.h"
#include "berth/testing/test_context.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/model/command_tree.h"
#include "fuzz/model/exec_model.h"
#include "fuzz/model/upload_model.h"
#include "fuzz/protocol/serve.h"

namespace berth::fuzz {
namespace {

constexpr UploadRules kRules{.maxFileSize = 10'000,
                             .silences = static_cast<int>(kPatience / std::chrono::seconds(1))};
constexpr std::string_view kBanner = "welcome\n";

testing::Values settings() {
    auto values = commandSettings();
    values.insert(values.end(), {{"directory", "tree"},
                                 {"banner", "welcome\\n"},
                                 {"min_free_space", "0"},
                                 {"max_file_size", std::to_string(kRules.maxFileSize)}});
    return values;
}

// A service of its own for each input would fork for each.
struct Bench {
    const testing::PluginUnderTest plugin{FUZZED_PLUGIN};
    const WorkFolder work{commandFolder()};
    testing::TestContext context;
    const testing::PluginUnderTest::ServicePtr service =
        plugin.create("console", settings(), context, work.path());
};

// Each message is an upload or a command, by its first byte.
Expected converse(UploadModel& uploads, ExecModel& commands, const Script& script) {
    Incoming in(script);
    Expected expected;
    expected.text(std::string(kBanner));
    for (;;) {
        in.take(std::min(in.held().find_first_not_of(" \t\r\n"), in.held().size()));
        if (in.held().empty()) {
            if (in.more() != Incoming::Event::Data) return expected;
            continue;
        }
        const bool isUpload = in.held().front() == '{';
        if (!(isUpload ? uploads.serveNext(in, expected) : commands.serveNext(in, expected))) {
            return expected;
        }
    }
}

}  // namespace

void target(std::string_view input) {
    static Bench bench;
    const auto root = bench.work.path() / "tree";
    auto folder = commandFolder().entries.at("tree");
    makeFolder(root, folder);
    UploadModel uploads(kRules, folder);
    const TreeModel tree(folder);
    try {
        for (const auto& script : parseScripts(input)) {
            ExecModel commands(ExecModel::Framing::Raw, tree, root);
            const auto written = serve(*bench.service, script);
            converse(uploads, commands, script).check(written);
        }
    } catch (const Unpredictable&) {
        return;
    }
    folder.entries[".berth-upload"] = Entry::folder({});
    require(readFolder(root) == folder, "the folder holds the published files");
}

}  // namespace berth::fuzz
