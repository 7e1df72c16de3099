// tests/sdk/mistakes/wrong_validate.cpp - a check that would never be asked.
// error: void validate(berth::SettingIssues& issues) const
#include <berth/export.h>

namespace {

struct Settings {
    static void describe(berth::Schema<Settings>&) {}
    void validate(berth::SettingIssues&) {}
};

class Store final : public berth::Service {
public:
    Store(const Settings&, berth::Context&) {}
    void handle(berth::Connection&) override {}
};

}  // namespace

BERTH_SERVICE("store", Store, Settings);
