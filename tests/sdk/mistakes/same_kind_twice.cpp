// tests/sdk/mistakes/same_kind_twice.cpp - two kinds of one name.
// error: two kinds of the plugin have the same name
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

BERTH_PLUGIN(BERTH_KIND("store", Store, Settings), BERTH_KIND("store", Store, Settings));
