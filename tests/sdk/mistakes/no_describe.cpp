// tests/sdk/mistakes/no_describe.cpp - settings without their table.
// error: static void describe(berth::Schema<Settings>& schema)
#include <berth/export.h>

namespace {

struct Settings {};

class Store final : public berth::Service {
public:
    Store(const Settings&, berth::Context&) {}
    void handle(berth::Connection&) override {}
};

}  // namespace

BERTH_SERVICE("store", Store, Settings);
