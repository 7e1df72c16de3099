// cli/plugin/new_project.h - the files with which a plugin begins.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace berth::cli {

enum class ProjectTemplate { Lines, Bytes };

// Why `name` cannot be a plugin's; empty when it can.
[[nodiscard]] std::string problemWithName(const std::string& name);

// The texts of the files by their names. Requires: nothing is wrong with the name.
[[nodiscard]] std::map<std::string, std::string> projectFiles(const std::string& name,
                                                              ProjectTemplate kind);

// Writes the files into a new folder; what was begun is removed when it cannot be finished.
// Throws: Failure, also when there is something of that name.
void writeProject(const std::filesystem::path& folder,
                  const std::map<std::string, std::string>& files);

}  // namespace berth::cli
