// tests/fuzz/model/tree.h - where a path leads beneath a folder: `..` and links never lead out.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fuzz/model/folder.h"

namespace berth::fuzz {

// Names from the root on.
using Place = std::vector<std::string>;

enum class PathProblem { Forbidden, NotFound };

class TreeModel {
public:
    explicit TreeModel(const Entry& root) : root_(root) {}

    using Found = std::variant<Place, PathProblem>;

    // What `path` leads to from `from`, or, with a slash in front, from the root.
    [[nodiscard]] Found find(const Place& from, std::string_view path) const;
    [[nodiscard]] Found findFolder(const Place& from, std::string_view path) const;
    // The same for a program that may make what the path names: then it is a place in a folder that
    // is there.
    [[nodiscard]] Found findOrNew(const Place& from, std::string_view path) const;

    // Requires: it is there.
    [[nodiscard]] const Entry& at(const Place& place) const;
    [[nodiscard]] bool isThere(const Place& place) const;
    // As `pwd` prints it.
    [[nodiscard]] static std::string toText(const Place& place);

private:
    [[nodiscard]] Found walk(Place place, std::string_view path, int& links) const;
    [[nodiscard]] Found step(Place place, std::string_view name, bool last, int& links) const;

    const Entry& root_;
};

}  // namespace berth::fuzz
