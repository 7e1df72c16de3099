// host/plugin/staged_file.cpp
#include "host/plugin/staged_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include "host/plugin/plugin_error.h"

namespace berth::host {

StagedFile::StagedFile(std::filesystem::path path, UniqueFd file, FileIdentity source) noexcept
    : path_(std::move(path)), file_(std::move(file)), source_(source) {}

StagedFile::StagedFile(StagedFile&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      file_(std::move(other.file_)),
      source_(other.source_) {}

StagedFile& StagedFile::operator=(StagedFile&& other) noexcept {
    if (this == &other) return *this;
    remove();
    path_ = std::exchange(other.path_, {});
    file_ = std::move(other.file_);
    source_ = other.source_;
    return *this;
}

StagedFile::~StagedFile() {
    remove();
}

void StagedFile::remove() noexcept {
    if (!path_.empty()) ::unlink(path_.c_str());
}

void StagedFile::relabel(std::string_view label) {
    const auto name = path_.filename().string();
    auto renamed = path_.parent_path() / std::string(label).append(name, name.find(kLabelEnd));
    if (::rename(path_.c_str(), renamed.c_str()) != 0) {
        throw PluginError(path_.string() + ": the staged plugin cannot be renamed: " +
                          std::generic_category().message(errno));
    }
    path_ = std::move(renamed);
}

}  // namespace berth::host
