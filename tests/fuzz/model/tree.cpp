// tests/fuzz/model/tree.cpp
#include "fuzz/model/tree.h"

#include <algorithm>

namespace berth::fuzz {
namespace {

constexpr int kMostLinks = 40;
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestPath = 4095;
constexpr std::string_view kHostsOwn = ".berth-";

bool isHostsOwn(std::string_view name) {
    return name.starts_with(kHostsOwn);
}

// The components of a path that are not empty.
Place componentsOf(std::string_view path) {
    Place names;
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        if (end > 0) names.emplace_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return names;
}

std::string_view withoutSlashes(std::string_view path) {
    return path.substr(0, path.find_last_not_of('/') + 1);
}

}  // namespace

const Entry& TreeModel::at(const Place& place) const {
    const auto* entry = &root_;
    for (const auto& name : place) entry = &entry->entries.at(name);
    return *entry;
}

bool TreeModel::isThere(const Place& place) const {
    const auto* entry = &root_;
    for (const auto& name : place) {
        const auto found = entry->entries.find(name);
        if (found == entry->entries.end()) return false;
        entry = &found->second;
    }
    return true;
}

std::string TreeModel::toText(const Place& place) {
    std::string text;
    for (const auto& name : place) text += '/' + name;
    return text.empty() ? "/" : text;
}

TreeModel::Found TreeModel::step(Place place, std::string_view name, bool last, int& links) const {
    if (at(place).kind != Entry::Kind::Folder) return PathProblem::NotFound;
    if (name == ".") return place;
    if (name == "..") {
        if (place.empty()) return PathProblem::Forbidden;
        place.pop_back();
        return place;
    }
    if (name.size() > kLongestName) return PathProblem::NotFound;
    auto inside = place;
    inside.emplace_back(name);
    if (!isThere(inside)) return PathProblem::NotFound;
    const auto& entry = at(inside);
    if (entry.kind == Entry::Kind::Link) {
        if (++links > kMostLinks || entry.content.starts_with('/')) return PathProblem::Forbidden;
        auto found = walk(place, entry.content, links);
        const auto* target = std::get_if<Place>(&found);
        if (target == nullptr) return found;
        inside = *target;
    }
    if (!last && at(inside).kind != Entry::Kind::Folder) return PathProblem::NotFound;
    return inside;
}

TreeModel::Found TreeModel::walk(Place place, std::string_view path, int& links) const {
    const auto names = componentsOf(path);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool last = i + 1 == names.size() && !path.ends_with('/');
        auto found = step(std::move(place), names[i], last, links);
        if (std::holds_alternative<PathProblem>(found)) return found;
        place = std::get<Place>(std::move(found));
    }
    return place;
}

TreeModel::Found TreeModel::find(const Place& from, std::string_view path) const {
    if (std::ranges::any_of(componentsOf(path), isHostsOwn)) return PathProblem::Forbidden;
    if (path.size() > kLongestPath) return PathProblem::NotFound;
    int links = 0;
    auto found = walk(path.starts_with('/') ? Place() : from, path, links);
    const auto* place = std::get_if<Place>(&found);
    if (place != nullptr && std::ranges::any_of(*place, isHostsOwn)) return PathProblem::Forbidden;
    return found;
}

TreeModel::Found TreeModel::findFolder(const Place& from, std::string_view path) const {
    auto found = find(from, path);
    const auto* place = std::get_if<Place>(&found);
    if (place != nullptr && at(*place).kind != Entry::Kind::Folder) return PathProblem::NotFound;
    return found;
}

TreeModel::Found TreeModel::findOrNew(const Place& from, std::string_view path) const {
    const auto whole = withoutSlashes(path);
    const auto slash = whole.rfind('/');
    const auto name = slash == whole.npos ? whole : whole.substr(slash + 1);
    if (whole.empty() || name == "." || name == "..") return findFolder(from, path);
    const auto folder = findFolder(from, slash == whole.npos ? "." : path.substr(0, slash + 1));
    if (std::holds_alternative<PathProblem>(folder)) return folder;
    auto found = find(from, path);
    if (found != Found(PathProblem::NotFound)) return found;
    auto place = std::get<Place>(folder);
    place.emplace_back(name);
    if (name.size() > kLongestName) return PathProblem::NotFound;
    if (!isThere(place)) return place;
    // A link that leads nowhere may lead anywhere by the time the program follows it.
    return at(place).kind == Entry::Kind::Link ? PathProblem::Forbidden : PathProblem::NotFound;
}

}  // namespace berth::fuzz
