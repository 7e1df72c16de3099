// tests/sdk/mistakes/unknown_type.cpp - a member of a type that has no text.
// error: this type cannot be a setting: use bool, an integer, double
#include <berth/export.h>

namespace {

struct Point {};

struct Settings {
    Point point;

    static void describe(berth::Schema<Settings>& schema) {
        schema.field("point", &Settings::point, "Where.");
    }
};

class Store final : public berth::Service {
public:
    Store(const Settings&, berth::Context&) {}
    void handle(berth::Connection&) override {}
};

}  // namespace

BERTH_SERVICE("store", Store, Settings);
