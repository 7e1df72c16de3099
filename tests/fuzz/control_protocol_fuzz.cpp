// tests/fuzz/control_protocol_fuzz.cpp - the control port and its clients: each line has one reply,
// with the code that the protocol's page says, and the host is asked for the changes that were
// requested.
#include <algorithm>

#include "fuzz/fuzz_target.h"
#include "fuzz/model/control_model.h"
#include "fuzz/model/upload_request.h"
#include "fuzz/protocol/control_bench.h"
#include "fuzz/protocol/host_double.h"

namespace berth::fuzz {
namespace {

struct Bench {
    HostDouble host;
    ControlBench control{host.operations()};
};

std::string bytesOf(const Script& script) {
    std::string bytes;
    for (const auto& step : script) bytes += step.bytes;
    return bytes;
}

// A client that is gone may have taken its last requests along.
bool isFront(const std::vector<std::string>& front, const std::vector<std::string>& whole) {
    return front.size() <= whole.size() && std::equal(front.begin(), front.end(), whole.begin());
}

}  // namespace

void target(std::string_view input) {
    static Bench bench;
    if (input.empty()) return;
    const bool local = (static_cast<unsigned char>(input.front()) & 1U) == 0;
    bench.host.reset();
    ControlledHost host;
    for (const auto& script : parseScripts(input.substr(1))) {
        ControlModel model(local, host);
        Expected expected;
        try {
            model.converse(bytesOf(script), expected);
        } catch (const Unpredictable&) {
            return;
        }
        const auto written =
            bench.control.serve(script, local ? ControlBench::Way::Local : ControlBench::Way::Tcp);
        if (script.back().kind == Step::Kind::Reset) {
            require(isFront(bench.host.asked(), host.asked), "only requested changes are made");
            return;
        }
        expected.check(written);
        require(bench.host.asked() == host.asked, "the requested changes are made, and no others");
    }
}

}  // namespace berth::fuzz
