// cli/plugin/project_templates.h - the texts of cli/plugin/templates, built in by CMake.
#pragma once

#include <string_view>

namespace berth::cli::project_templates {

extern const std::string_view kBytes;
extern const std::string_view kBytesTest;
extern const std::string_view kLines;
extern const std::string_view kLinesTest;
extern const std::string_view kCmake;
extern const std::string_view kReadme;
extern const std::string_view kIni;

}  // namespace berth::cli::project_templates
