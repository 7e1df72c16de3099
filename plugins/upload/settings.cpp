// plugins/upload/settings.cpp
#include "upload/settings.h"

#include <string>
#include <system_error>

#include "berth/words.h"

namespace berth::upload {

void Settings::describe(Schema<Settings>& schema) {
    schema.field("directory", &Settings::directory, "Where finished files are put.").required();
    describeUploads(schema);
}

void Settings::validate(SettingIssues& issues) const {
    std::error_code error;
    const auto status = std::filesystem::status(directory, error);
    if (std::filesystem::is_directory(status)) return;
    if (!std::filesystem::exists(status) && error != std::errc::no_such_file_or_directory) {
        issues.at("directory", directory.string() + ": " + error.message());
    } else if (std::filesystem::exists(status)) {
        issues.at("directory", directory.string() + " is not a directory");
    } else {
        issues.at("directory", "there is no directory " + directory.string(), 0, 0,
                  "make it: mkdir -p " + quoteWord(directory.string()));
    }
}

}  // namespace berth::upload
