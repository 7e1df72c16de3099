// tests/sdk/mistakes/wrong_constructor.cpp - a class that cannot be made from its settings.
// error: Class(const Settings& settings, berth::Context& context)
#include <berth/export.h>

namespace {

struct Settings {
    static void describe(berth::Schema<Settings>&) {}
};

class Store final : public berth::Service {
public:
    explicit Store(const Settings&) {}
    void handle(berth::Connection&) override {}
};

}  // namespace

BERTH_SERVICE("store", Store, Settings);
