// tests/sdk/mistakes/built_by_hand.cpp - built without berth_add_plugin().
// error: build it with berth_add_plugin(NAME name SOURCES
#include <berth/export.h>

namespace {

struct Settings {
    static void describe(berth::Schema<Settings>&) {}
};

class Store final : public berth::Service {
public:
    Store(const Settings&, berth::Context&) {}
    void handle(berth::Connection&) override {}
};

}  // namespace

BERTH_SERVICE("store", Store, Settings);
