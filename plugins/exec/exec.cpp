// plugins/exec/exec.cpp - runs commands from an allow-list; no shell ever runs.
#include "berth/drained.h"
#include "berth/export.h"
#include "exec/runner.h"
#include "exec/session.h"
#include "exec/settings.h"

namespace {

using berth::exec::Settings;

// Threads: one object serves all clients at once; what belongs to one is in its Session.
class Exec final : public berth::Service {
public:
    Exec(const Settings& settings, berth::Context& context) : runner_(settings, context) {}

    void handle(berth::Connection& client) override {
        berth::BufferedReader reader(client);
        berth::exec::Session session(runner_, reader, runner_.settings().framing);
        auto patience = berth::kFirstRequestTime;
        while (!berth::drained(runner_.context(), reader, patience) && session.serveNext()) {
            patience = {};
        }
    }

    void stop() override { runner_.reaper().collect(); }

private:
    berth::exec::Runner runner_;
};

}  // namespace

BERTH_SERVICE("exec", Exec, Settings);
