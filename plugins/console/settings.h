// plugins/console/settings.h - the ini keys of console: its banner, and those of exec and upload.
#pragma once

#include <filesystem>

#include "berth/settings.h"
#include "exec/settings.h"
#include "upload/settings.h"

namespace berth::console {

// One `directory` serves both: where commands start is where files arrive.
struct Settings : exec::Settings, upload::Settings {
    std::filesystem::path directory;
    EscapedText banner{"欢迎进入管理界面."};

    static void describe(Schema<Settings>& schema);
    void validate(SettingIssues& issues) const;

    // What each of the two is made of.
    [[nodiscard]] exec::Settings commands() const;
    [[nodiscard]] upload::Settings uploads() const;
};

}  // namespace berth::console
