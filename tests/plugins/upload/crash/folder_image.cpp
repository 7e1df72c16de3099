// tests/plugins/upload/crash/folder_image.cpp
#include "folder_image.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <sstream>

#include "support/temporary_folder.h"
#include "upload/system_call.h"

namespace berth::test {
namespace {

constexpr mode_t kModeBits = 07777;

struct stat lookAt(const std::filesystem::path& path) {
    struct stat entry {};
    if (::lstat(path.c_str(), &entry) != 0) upload::throwLastError("cannot look at a file");
    return entry;
}

void makeFile(const std::filesystem::path& path, const ImageItem& item) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) upload::throwLastError("cannot make a file");
    upload::writeAll(fd, std::as_bytes(std::span(item.content->bytes)));
    ::close(fd);
    ::chmod(path.c_str(), item.mode);
}

std::string printable(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return c < ' ' || c > '~'; }, '?');
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

void mix(std::uint64_t& hash, std::uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
    hash ^= hash >> 29U;
}

}  // namespace

FolderImage readImage(const std::filesystem::path& folder) {
    FolderImage image;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const auto found = lookAt(entry.path());
        ImageItem item{.node = found.st_ino, .mode = found.st_mode & kModeBits, .content = {}};
        if (S_ISREG(found.st_mode)) {
            item.content = std::make_shared<Content>(readFile(entry.path()));
        }
        image.emplace(entry.path().lexically_relative(folder).string(), std::move(item));
    }
    return image;
}

void makeImage(const FolderImage& image, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    std::map<std::size_t, std::filesystem::path> made;
    for (const auto& [name, item] : image) {
        const auto path = folder / name;
        if (!item.content) {
            std::filesystem::create_directory(path);
            ::chmod(path.c_str(), item.mode);
        } else if (const auto [first, isNew] = made.emplace(item.node, path); isNew) {
            makeFile(path, item);
        } else {
            std::filesystem::create_hard_link(first->second, path);
        }
    }
}

std::uint64_t hashOf(const FolderImage& image) {
    std::uint64_t hash = image.size();
    std::map<std::size_t, std::size_t> order;
    for (const auto& [name, item] : image) {
        mix(hash, std::hash<std::string>()(name));
        mix(hash, item.mode);
        if (!item.content) continue;
        mix(hash, item.content->hash);
        mix(hash, order.emplace(item.node, order.size()).first->second);
    }
    return hash;
}

std::string describe(const FolderImage& image) {
    std::ostringstream text;
    for (const auto& [name, item] : image) {
        text << "    " << name << ' ' << std::oct << item.mode << std::dec;
        if (item.content) {
            text << " #" << item.node << ", " << item.content->bytes.size() << " bytes";
            if (name.starts_with(kStates)) text << ": " << printable(item.content->bytes);
        }
        text << '\n';
    }
    return text.str();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

FolderImage withBoot(FolderImage image, std::string_view from, std::string_view to) {
    for (auto& [name, item] : image) {
        if (!item.content || !name.starts_with(kStates)) continue;
        item.content = std::make_shared<Content>(replaced(item.content->bytes, from, to));
    }
    return image;
}

}  // namespace berth::test
