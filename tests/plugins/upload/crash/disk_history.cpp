// tests/plugins/upload/crash/disk_history.cpp
#include "disk_history.h"

#include <filesystem>
#include <sstream>

namespace berth::test {

DiskHistory::DiskHistory(const FolderImage& image) : nodes_(1), labels_(1) {
    add({.isFolder = true});
    std::map<std::string, NodeId> folders{{"", kRoot}};
    std::map<std::size_t, NodeId> files;
    for (const auto& [path, item] : image) {
        const std::filesystem::path parts(path);
        auto& names = nodes_[folders.at(parts.parent_path().string())].names;
        auto& binding = names[parts.filename().string()].emplace_back();
        if (item.content) {
            auto& id = files[item.node];
            if (id == 0) id = nodes_.size();
            binding.node = id;
        } else {
            binding.node = folders[path] = nodes_.size();
        }
        if (binding.node < nodes_.size()) continue;
        if (item.content) {
            add({.versions = {{0, item.content, item.mode}}});
        } else {
            add({.isFolder = true, .mode = item.mode});
        }
        labels_.back() = path;
    }
}

NodeId DiskHistory::add(DiskNode node) {
    nodes_.push_back(std::move(node));
    labels_.emplace_back();
    return nodes_.size() - 1;
}

std::string DiskHistory::nameOf(NodeId id) const {
    return id == kRoot ? "the folder" : labels_[id] + " #" + std::to_string(id);
}

void DiskHistory::bind(NodeId folder, const std::string& name, Binding binding) {
    auto& bindings = nodes_[folder].names[name];
    if (bindings.empty()) bindings.push_back({});
    binding.time = now();
    bindings.push_back(binding);
}

NodeId DiskHistory::make(NodeId folder, const std::string& name, bool isFolder, mode_t mode) {
    DiskNode node{.isFolder = isFolder, .mode = mode};
    if (!isFolder) {
        node.versions.push_back({now() + 1, std::make_shared<Content>(std::string()), mode});
    }
    const auto id = add(std::move(node));
    labels_[id] = folder == kRoot ? name : labels_[folder] + "/" + name;
    events_.push_back("make " + nameOf(id));
    bind(folder, name, {.node = id});
    return id;
}

void DiskHistory::remove(NodeId folder, const std::string& name) {
    events_.push_back("remove " + nameOf(find(folder, name)));
    bind(folder, name, {});
}

void DiskHistory::move(NodeId from, NodeId to, const std::string& name) {
    const auto id = find(from, name);
    events_.push_back("move " + nameOf(id) + " to " + nameOf(to));
    bind(to, name, {.node = id});
    bind(from, name, {.movedTo = to});
}

void DiskHistory::change(NodeId file, std::string bytes) {
    auto& versions = nodes_[file].versions;
    const auto mode = versions.back().mode;
    versions.push_back({now(), std::make_shared<Content>(std::move(bytes)), mode});
}

void DiskHistory::write(NodeId file, std::size_t offset, std::string_view bytes) {
    events_.push_back("write " + std::to_string(bytes.size()) + " bytes at " +
                      std::to_string(offset) + " of " + nameOf(file));
    auto content = nodes_[file].versions.back().content->bytes;
    if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
    content.replace(offset, bytes.size(), bytes);
    change(file, std::move(content));
}

void DiskHistory::resize(NodeId file, std::size_t size) {
    events_.push_back("resize " + nameOf(file) + " to " + std::to_string(size));
    auto content = nodes_[file].versions.back().content->bytes;
    content.resize(size);
    change(file, std::move(content));
}

void DiskHistory::setMode(NodeId file, mode_t mode) {
    events_.push_back("mode of " + nameOf(file));
    auto& versions = nodes_[file].versions;
    versions.push_back({now(), versions.back().content, mode});
}

void DiskHistory::sync(NodeId node) {
    events_.push_back("sync " + nameOf(node));
    nodes_[node].syncs.push_back(now());
}

void DiskHistory::appear(const std::string& name, const std::string& bytes, mode_t mode) {
    const auto id = add({.versions = {{now() + 1, std::make_shared<Content>(bytes), mode}}});
    labels_[id] = name;
    events_.push_back(name + " appears");
    bind(kRoot, name, {.node = id});
    nodes_[kRoot].syncs.push_back(now());
}

void DiskHistory::happened(std::string what) {
    events_.push_back(std::move(what));
}

NodeId DiskHistory::find(NodeId folder, const std::string& name) const {
    const auto& names = nodes_.at(folder).names;
    const auto found = names.find(name);
    return found == names.end() ? 0 : found->second.back().node;
}

NodeId DiskHistory::find(std::string_view path) const {
    NodeId id = kRoot;
    for (const auto& name : std::filesystem::path(path)) {
        if (id != 0) id = find(id, name.string());
    }
    return id;
}

std::string DiskHistory::describe(std::size_t until) const {
    std::ostringstream text;
    for (std::size_t i = 0; i < until; ++i) text << "    " << i + 1 << ' ' << events_[i] << '\n';
    return text.str();
}

}  // namespace berth::test
