// cli/plugin/new_project.cpp
#include "cli/plugin/new_project.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string_view>
#include <system_error>

#include "berth/abi.h"
#include "berth/detail/require.h"
#include "berth/version.h"
#include "cli/app/failure.h"
#include "cli/plugin/project_templates.h"

namespace berth::cli {
namespace {

constexpr std::size_t kLongestName = sizeof(abi::PluginNote::pluginName) - 1;

bool isLetter(char value) {
    return std::isalpha(static_cast<unsigned char>(value)) != 0;
}

bool isAllowed(char value) {
    return std::isalnum(static_cast<unsigned char>(value)) != 0 || value == '_' || value == '-';
}

// `rot-13` becomes Rot13.
std::string className(const std::string& name) {
    std::string result;
    bool begins = true;
    for (const char value : name) {
        if (value == '_' || value == '-') {
            begins = true;
            continue;
        }
        result +=
            begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(value))) : value;
        begins = false;
    }
    return result == "Settings" ? "SettingsService" : result;
}

// Such as 0.1: releases that differ in the last number only can be used for each other.
std::string sdkVersion() {
    const std::string version = BERTH_SDK_VERSION;
    return version.substr(0, version.rfind('.'));
}

std::string filled(std::string_view text, const std::string& name) {
    const std::map<std::string, std::string> words{
        {"@NAME@", name}, {"@CLASS@", className(name)}, {"@SDK_VERSION@", sdkVersion()}};
    std::string result(text);
    for (const auto& [word, value] : words) {
        for (auto at = result.find(word); at != std::string::npos;
             at = result.find(word, at + value.size())) {
            result.replace(at, word.size(), value);
        }
    }
    return result;
}

}  // namespace

std::string problemWithName(const std::string& name) {
    if (name.empty() || !isLetter(name.front())) return "a plugin's name begins with a letter";
    if (!std::ranges::all_of(name, isAllowed)) return "letters, digits, _ and - are allowed";
    if (name.size() > kLongestName) {
        return "a plugin's name has at most " + std::to_string(kLongestName) + " letters";
    }
    return {};
}

std::map<std::string, std::string> projectFiles(const std::string& name, ProjectTemplate kind) {
    BERTH_REQUIRE(problemWithName(name).empty());
    using namespace project_templates;
    const bool lines = kind == ProjectTemplate::Lines;
    return {{"CMakeLists.txt", filled(kCmake, name)},
            {"README.md", filled(kReadme, name)},
            {"berth.ini", filled(kIni, name)},
            {name + ".cpp", filled(lines ? kLines : kBytes, name)},
            {name + "_test.cpp", filled(lines ? kLinesTest : kBytesTest, name)}};
}

void writeProject(const std::filesystem::path& folder,
                  const std::map<std::string, std::string>& files) {
    std::error_code error;
    if (!std::filesystem::create_directory(folder, error)) {
        throw Failure(ExitCode::CannotCreate, folder.string() + ": " +
                                                  (error ? "cannot be made: " + error.message()
                                                         : std::string("is there already")) +
                                                  "; choose another name or --directory");
    }
    for (const auto& [name, text] : files) {
        std::ofstream file(folder / name, std::ios::binary);
        file << text;
        file.close();
        if (file) continue;
        std::filesystem::remove_all(folder, error);
        throw Failure(ExitCode::InputOutput,
                      (folder / name).string() + ": cannot be written; is the disk full?");
    }
}

}  // namespace berth::cli
