// tests/fuzz/exec_protocol_fuzz.cpp - an exec service and its clients: what is understood, what is
// refused, and what each program was given, is what the protocol's page and the templates say.
#include "berth/testing/plugin_under_test.h"
#include "berth/testing/test_context.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/model/command_tree.h"
#include "fuzz/model/exec_model.h"
#include "fuzz/protocol/serve.h"

namespace berth::fuzz {
namespace {

using ServicePtr = testing::PluginUnderTest::ServicePtr;

// Made once: commands change nothing.
struct Bench {
    ServicePtr create(const std::string& framing) {
        auto settings = commandSettings();
        settings.emplace_back("directory", "tree");
        settings.emplace_back("framing", framing);
        return plugin.create("exec", settings, context, work.path());
    }

    const testing::PluginUnderTest plugin{FUZZED_PLUGIN};
    const Entry folder = commandFolder();
    const WorkFolder work{folder};
    const TreeModel tree{folder.entries.at("tree")};
    testing::TestContext context;
    const ServicePtr frames = create("frames");
    const ServicePtr raw = create("raw");
};

}  // namespace

void target(std::string_view input) {
    static Bench bench;
    if (input.empty()) return;
    const bool raw = (static_cast<unsigned char>(input.front()) & 1U) != 0;
    for (const auto& script : parseScripts(input.substr(1))) {
        ExecModel model(raw ? ExecModel::Framing::Raw : ExecModel::Framing::Frames, bench.tree,
                        bench.work.path() / "tree");
        Incoming incoming(script);
        Expected expected;
        while (model.serveNext(incoming, expected)) {
        }
        expected.check(serve(raw ? *bench.raw : *bench.frames, script));
    }
}

}  // namespace berth::fuzz
