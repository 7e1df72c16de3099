// tests/plugins/upload/crash/folder_image.h - a folder in memory: to be read, made, and told apart.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace berth::test {

// Where the states of unfinished uploads lie.
inline constexpr std::string_view kStates = ".berth-upload/states/";

// Bytes that many images share.
struct Content {
    explicit Content(std::string text)
        : bytes(std::move(text)), hash(std::hash<std::string>()(bytes)) {}

    const std::string bytes;
    const std::size_t hash;
};
using ContentPtr = std::shared_ptr<const Content>;

struct ImageItem {
    std::size_t node = 0;  // equal for two names of one file
    mode_t mode = 0;
    ContentPtr content;  // null: a folder
};

// What lies in a folder, by the path beneath it. A folder sorts before what it holds.
using FolderImage = std::map<std::string, ImageItem>;

[[nodiscard]] FolderImage readImage(const std::filesystem::path& folder);
// Makes the folder.
void makeImage(const FolderImage& image, const std::filesystem::path& folder);

// Equal for folders in which the same lies. Which numbers the nodes have does not matter.
[[nodiscard]] std::uint64_t hashOf(const FolderImage& image);
[[nodiscard]] std::string describe(const FolderImage& image);

// The same folder with another run of the machine in its upload states.
[[nodiscard]] FolderImage withBoot(FolderImage image, std::string_view from, std::string_view to);
[[nodiscard]] std::string replaced(std::string text, std::string_view from, std::string_view to);

}  // namespace berth::test
