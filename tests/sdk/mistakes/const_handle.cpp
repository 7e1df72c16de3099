// tests/sdk/mistakes/const_handle.cpp - a handle that overrides nothing.
// error: void handle(berth::Connection& client) override, without const
#include <berth/export.h>

namespace {

struct Settings {
    static void describe(berth::Schema<Settings>&) {}
};

class Store final : public berth::Service {
public:
    Store(const Settings&, berth::Context&) {}
    void handle(berth::Connection&) const {}
};

}  // namespace

BERTH_SERVICE("store", Store, Settings);
