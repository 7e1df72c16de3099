// tests/sdk/mistakes/no_service.cpp - a class that is no service.
// error: the class must derive publicly from berth::Service
#include <berth/export.h>

namespace {

struct Settings {
    static void describe(berth::Schema<Settings>&) {}
};

class Store final {
public:
    Store(const Settings&, berth::Context&) {}
};

}  // namespace

BERTH_SERVICE("store", Store, Settings);
