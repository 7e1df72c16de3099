// plugins/console/settings.cpp
#include "console/settings.h"

namespace berth::console {

void Settings::describe(Schema<Settings>& schema) {
    schema.field("banner", &Settings::banner, "Sent to each client first; empty sends nothing.");
    schema
        .field("directory", &Settings::directory,
               "Where commands start and finished files are put.")
        .required();
    exec::Settings::describeCommands(schema);
    upload::Settings::describeUploads(schema);
}

void Settings::validate(SettingIssues& issues) const {
    uploads().validate(issues);
    // The directory is judged once; the other keys of exec whatever it is.
    auto others = commands();
    others.directory = "/";
    others.validate(issues);
}

exec::Settings Settings::commands() const {
    exec::Settings settings = *this;
    settings.directory = directory;
    settings.framing = exec::Framing::Raw;
    return settings;
}

upload::Settings Settings::uploads() const {
    upload::Settings settings = *this;
    settings.directory = directory;
    return settings;
}

}  // namespace berth::console
