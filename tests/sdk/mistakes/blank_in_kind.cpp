// tests/sdk/mistakes/blank_in_kind.cpp - a name with a blank.
// error: a kind's name is made of letters
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

BERTH_SERVICE("my kv", Store, Settings);
