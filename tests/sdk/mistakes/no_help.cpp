// tests/sdk/mistakes/no_help.cpp - a key that is not explained.
// error: field() takes three arguments
#include <berth/export.h>

namespace {

struct Settings {
    int size = 1;

    static void describe(berth::Schema<Settings>& schema) { schema.field("size", &Settings::size); }
};

class Store final : public berth::Service {
public:
    Store(const Settings&, berth::Context&) {}
    void handle(berth::Connection&) override {}
};

}  // namespace

BERTH_SERVICE("store", Store, Settings);
