// tests/sdk/mistakes/list_of_unknown_type.cpp - a list of a type that has no text.
// error: this type cannot be a setting: use bool, an integer, double
#include <berth/export.h>

namespace {

struct Point {};

struct Settings {
    std::vector<Point> points;

    static void describe(berth::Schema<Settings>& schema) {
        schema.field("points", &Settings::points, "Where.");
    }
};

class Store final : public berth::Service {
public:
    Store(const Settings&, berth::Context&) {}
    void handle(berth::Connection&) override {}
};

}  // namespace

BERTH_SERVICE("store", Store, Settings);
