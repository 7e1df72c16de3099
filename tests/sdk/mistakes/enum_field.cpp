// tests/sdk/mistakes/enum_field.cpp - an enum in field() in place of choice().
// error: use schema.choice(key, member
#include <berth/export.h>

namespace {

enum class Mode { Slow, Fast };

struct Settings {
    Mode mode = Mode::Slow;

    static void describe(berth::Schema<Settings>& schema) {
        schema.field("mode", &Settings::mode, "How.");
    }
};

class Store final : public berth::Service {
public:
    Store(const Settings&, berth::Context&) {}
    void handle(berth::Connection&) override {}
};

}  // namespace

BERTH_SERVICE("store", Store, Settings);
