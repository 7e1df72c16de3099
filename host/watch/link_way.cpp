// host/watch/link_way.cpp
#include "host/watch/link_way.h"

#include <deque>
#include <system_error>

#include "berth/detail/require.h"

namespace berth::host {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostLinks = 40;  // as the kernel

void putFirst(std::deque<fs::path>& parts, const fs::path& path) {
    parts.insert(parts.begin(), path.begin(), path.end());
}

}  // namespace

LinkWay linkWay(const fs::path& path) {
    BERTH_REQUIRE(path.is_absolute());
    LinkWay way;
    fs::path at = path.root_path();
    std::deque<fs::path> rest;
    putFirst(rest, path.relative_path());
    while (!rest.empty()) {
        const auto part = rest.front();
        rest.pop_front();
        if (part == ".." && at.has_relative_path()) at = at.parent_path();
        if (part.empty() || part == "." || part == "..") continue;
        std::error_code unknown;
        const auto kind = fs::symlink_status(at / part, unknown).type();
        const bool isLink = kind == fs::file_type::symlink;
        if (isLink || kind == fs::file_type::not_found) way.links.push_back({at, part.string()});
        if (!isLink && kind == fs::file_type::not_found) return way;
        if (!isLink) {
            at /= part;
            continue;
        }
        const auto target = fs::read_symlink(at / part, unknown);
        if (unknown || way.links.size() == kMostLinks) return way;
        if (target.is_absolute()) at = target.root_path();
        putFirst(rest, target.relative_path());
    }
    way.real = at;
    return way;
}

}  // namespace berth::host
