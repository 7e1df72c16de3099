// tests/plugins/upload/crash/torn_file.cpp
#include "torn_file.h"

#include <algorithm>
#include <array>
#include <set>

namespace berth::test {
namespace {

constexpr std::size_t kBlock = 4096;
constexpr std::size_t kSector = 512;
constexpr std::size_t kMostSizes = 6;
constexpr char kJunk = '\xA5';

class Collected {
public:
    void add(std::string bytes) {
        if (known_.insert(bytes).second)
            all_.push_back(std::make_shared<Content>(std::move(bytes)));
    }
    [[nodiscard]] std::vector<ContentPtr> take() { return std::move(all_); }

private:
    std::set<std::string> known_;
    std::vector<ContentPtr> all_;
};

std::string resized(std::string bytes, std::size_t size) {
    bytes.resize(size);
    return bytes;
}

}  // namespace

bool TornFile::isOneBlock() const {
    return std::ranges::all_of(versions_, [](const auto& v) { return v->bytes.size() <= kBlock; });
}

// A write that grows a file may have told the disk of some of its blocks only.
std::vector<std::size_t> TornFile::sizes() const {
    std::set<std::size_t> all;
    for (const auto& version : versions_) all.insert(version->bytes.size());
    const auto last = versions_.back()->bytes.size();
    const auto torn = last == 0 ? 0 : (last - 1) / kBlock * kBlock;
    if (torn > versions_.front()->bytes.size()) all.insert(torn);
    std::vector<std::size_t> sizes(all.begin(), all.end());
    while (sizes.size() > kMostSizes)
        sizes.erase(sizes.begin() + static_cast<long>(sizes.size() / 2));
    return sizes;
}

std::string TornFile::mix(std::size_t size, Blocks blocks, Fill fill) const {
    const auto old = resized(versions_.front()->bytes, size);
    const auto last = resized(versions_.back()->bytes, size);
    std::vector<std::size_t> changed;
    for (std::size_t at = 0; at < size; at += kBlock) {
        if (old.compare(at, kBlock, last, at, kBlock) != 0) changed.push_back(at);
    }
    auto bytes = old;
    for (std::size_t i = 0; i < changed.size(); ++i) {
        const auto at = changed[i];
        const auto length = std::min(kBlock, size - at);
        const bool isLast = i + 1 == changed.size();
        const bool there = blocks == Blocks::All || (blocks == Blocks::First && i == 0) ||
                           (blocks == Blocks::Last && isLast) ||
                           (blocks == Blocks::Odd && i % 2 != 0);
        if (there) {
            bytes.replace(at, length, last, at, length);
            continue;
        }
        // A block that was on disk stays as it was at worst.
        const auto onDisk = versions_.front()->bytes.size();
        if (fill == Fill::Junk && at + length > onDisk) {
            const auto from = std::max(at, onDisk);
            bytes.replace(from, at + length - from, at + length - from, kJunk);
        }
        if (blocks == Blocks::HalfOfLast && isLast) {
            const auto half = length / 2 / kSector * kSector;
            bytes.replace(at, half, last, at, half);
        }
    }
    return bytes;
}

ContentPtr TornFile::withoutChanges(Fill fill) const {
    return std::make_shared<Content>(mix(versions_.back()->bytes.size(), Blocks::None, fill));
}

std::vector<ContentPtr> TornFile::fine() const {
    if (versions_.size() == 1) return versions_;
    Collected found;
    for (const auto size : sizes()) {
        for (const auto blocks : {Blocks::All, Blocks::None, Blocks::First, Blocks::Last,
                                  Blocks::Odd, Blocks::HalfOfLast}) {
            for (const auto fill : {Fill::AsItWas, Fill::Junk}) found.add(mix(size, blocks, fill));
        }
        if (!isOneBlock()) continue;
        for (const auto& version : versions_) found.add(resized(version->bytes, size));
    }
    return found.take();
}

std::vector<ContentPtr> TornFile::coarse() const {
    if (versions_.size() == 1) return versions_;
    Collected found;
    const auto all = sizes();
    for (const auto size : {all.front(), all.back()}) {
        found.add(mix(size, Blocks::All, Fill::AsItWas));
        found.add(mix(size, Blocks::None, Fill::Junk));
        found.add(mix(size, Blocks::First, Fill::AsItWas));
    }
    return found.take();
}

}  // namespace berth::test
