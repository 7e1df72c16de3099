// tests/fuzz/model/folder.cpp
#include "fuzz/model/folder.h"

#include <stdlib.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

namespace berth::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kReserved = ".berth-";

bool isReserved(const fs::path& path) {
    return path.filename().string().starts_with(kReserved);
}

Entry readEntry(const fs::directory_entry& entry) {
    if (entry.is_symlink()) return Entry::link(fs::read_symlink(entry.path()).string());
    if (entry.is_directory()) {
        return isReserved(entry.path()) ? Entry::folder({}) : readFolder(entry.path());
    }
    return Entry::file(readFile(entry.path()));
}

void makeEntry(const fs::path& path, const Entry& entry) {
    switch (entry.kind) {
        case Entry::Kind::File:
            std::ofstream(path, std::ios::binary) << entry.content;
            return;
        case Entry::Kind::Link:
            return fs::create_symlink(entry.content, path);
        case Entry::Kind::Folder:
            fs::create_directory(path);
            for (const auto& [name, inner] : entry.entries) makeEntry(path / name, inner);
    }
}

// What a service made for itself stays, with nothing in its folders.
void emptyFolders(const fs::path& path) {
    for (const auto& folder : fs::directory_iterator(path)) {
        if (!folder.is_directory()) continue;
        for (const auto& file : fs::directory_iterator(folder)) fs::remove(file.path());
    }
}

}  // namespace

Entry readFolder(const fs::path& path) {
    auto folder = Entry::folder({});
    for (const auto& entry : fs::directory_iterator(path)) {
        folder.entries[entry.path().filename().string()] = readEntry(entry);
    }
    return folder;
}

void makeFolder(const fs::path& path, const Entry& folder) {
    for (const auto& entry : fs::directory_iterator(path)) {
        const auto wanted = folder.entries.find(entry.path().filename().string());
        const bool kept = wanted != folder.entries.end() && readEntry(entry) == wanted->second;
        if (isReserved(entry.path())) {
            emptyFolders(entry.path());
        } else if (!kept) {
            fs::remove_all(entry.path());
        }
    }
    for (const auto& [name, entry] : folder.entries) {
        const auto place = path / name;
        if (!fs::exists(fs::symlink_status(place))) makeEntry(place, entry);
    }
}

std::string readFile(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

WorkFolder::WorkFolder(const Entry& content) {
    const fs::path memory = "/dev/shm";
    std::error_code none;
    const bool chosen = std::getenv("TMPDIR") != nullptr || !fs::is_directory(memory, none);
    const auto name = (chosen ? fs::temp_directory_path() : memory) / "berth-fuzz-XXXXXX";
    auto text = name.string();
    if (::mkdtemp(text.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), text);
    }
    path_ = text;
    makeFolder(path_, content);
}

WorkFolder::~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace berth::fuzz
