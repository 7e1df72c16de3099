// tests/sdk/mistakes/nothing_wrong.cpp - the same without a mistake.
// error: none
#include <berth/export.h>

namespace {

struct Settings {
    double share = 0.5;

    static void describe(berth::Schema<Settings>& schema) {
        schema.field("share", &Settings::share, "How much.").range(0, 1);
    }
};

class Store final : public berth::Service {
public:
    Store(const Settings&, berth::Context&) {}
    void handle(berth::Connection&) override {}
};

}  // namespace

BERTH_SERVICE("store", Store, Settings);
