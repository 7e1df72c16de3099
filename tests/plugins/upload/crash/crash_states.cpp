// tests/plugins/upload/crash/crash_states.cpp
#include "crash_states.h"

#include <algorithm>
#include <string>
#include <utility>

#include "torn_file.h"

namespace berth::test {
namespace {

// Takes each of several decisions in turn, until all combinations were taken.
class Decisions {
public:
    // A number below `count`.
    std::size_t pick(std::size_t count) {
        if (at_ == taken_.size()) taken_.push_back({0, count});
        return taken_[at_++].first;
    }
    // False when there is no other combination.
    bool next() {
        at_ = 0;
        while (!taken_.empty() && ++taken_.back().first == taken_.back().second) taken_.pop_back();
        return !taken_.empty();
    }

private:
    std::vector<std::pair<std::size_t, std::size_t>> taken_;
    std::size_t at_ = 0;
};

}  // namespace

// One combination of what the disk has.
class CrashStates::Walk {
public:
    Walk(CrashStates& states, Decisions& decisions, std::size_t time)
        : states_(states), decisions_(decisions), time_(time) {}

    // Nothing when a rename would have lost a file.
    [[nodiscard]] std::optional<FolderImage> image() {
        visit(DiskHistory::kRoot, "");
        for (const auto& [folder, name, time] : arrivals_) {
            if (reached(folder, name) < time) return std::nullopt;
        }
        return std::move(image_);
    }

private:
    struct Arrival {
        NodeId folder;
        std::string name;
        std::size_t time;
    };

    [[nodiscard]] std::size_t reached(NodeId folder, const std::string& name) const {
        const auto found = times_.find({folder, name});
        return found == times_.end() ? 0 : found->second;
    }

    void visit(NodeId id, const std::string& prefix) {
        const auto& folder = states_.history_.node(id);
        for (const auto& [name, bindings] : folder.names) {
            const auto span = possible(bindings, folder.syncs, time_);
            const auto last = span.first + decisions_.pick(span.size());
            times_[{id, name}] = bindings[last].time;
            // All moves away that this value tells of.
            for (auto i = span.first; i <= last; ++i) {
                const auto& moved = bindings[i].movedTo;
                if (moved) arrivals_.push_back({*moved, name, bindings[i].time});
            }
            if (bindings[last].node != 0) put(bindings[last].node, prefix + name);
        }
    }

    void put(NodeId id, const std::string& path) {
        const auto& node = states_.history_.node(id);
        if (node.isFolder) {
            image_[path] = {.node = id, .mode = node.mode, .content = {}};
            return visit(id, path + "/");
        }
        const auto [chosen, isNew] = files_.try_emplace(id);
        if (isNew) {
            const auto& files = states_.filesOf(id, possible(node.versions, node.syncs, time_));
            chosen->second = files[decisions_.pick(files.size())];
        }
        image_[path] = {.node = id, .mode = chosen->second.mode, .content = chosen->second.content};
    }

    CrashStates& states_;
    Decisions& decisions_;
    const std::size_t time_;
    FolderImage image_;
    std::map<NodeId, File> files_;
    std::map<std::pair<NodeId, std::string>, std::size_t> times_;
    std::vector<Arrival> arrivals_;
};

void CrashStates::afterPowerLoss(std::size_t time, const Found& found) {
    Decisions decisions;
    do {
        Walk walk(*this, decisions, time);
        if (auto image = walk.image()) found(*std::move(image));
    } while (decisions.next());
}

const std::vector<CrashStates::File>& CrashStates::filesOf(NodeId id, Span span) {
    auto& files = files_[{id, span}];
    if (!files.empty()) return files;
    const auto& versions = history_.node(id).versions;
    std::vector<mode_t> modes;
    TornFile torn(versions[span.first].content);
    for (auto i = span.first; i <= span.last; ++i) {
        if (std::ranges::find(modes, versions[i].mode) == modes.end()) {
            modes.push_back(versions[i].mode);
        }
        torn.becomes(versions[i].content);
    }
    for (auto& content : detail_ == Detail::Fine ? torn.fine() : torn.coarse()) {
        for (const auto mode : modes) files.push_back({content, mode});
    }
    return files;
}

FolderImage CrashStates::imageAt(std::size_t time, const Bytes& bytes) const {
    FolderImage image;
    const auto visit = [&](const auto& self, NodeId id, const std::string& prefix) -> void {
        for (const auto& [name, bindings] : history_.node(id).names) {
            const auto child = bindings[possible(bindings, {}, time).last].node;
            if (child == 0) continue;
            const auto& node = history_.node(child);
            auto& item = image[prefix + name] = {.node = child, .mode = node.mode, .content = {}};
            if (node.isFolder) {
                self(self, child, prefix + name + "/");
            } else {
                const auto& version = node.versions[possible(node.versions, {}, time).last];
                item.mode = version.mode;
                item.content = bytes(node, version);
            }
        }
    };
    visit(visit, DiskHistory::kRoot, "");
    return image;
}

FolderImage CrashStates::afterKill(std::size_t time) const {
    return imageAt(time, [](const auto&, const auto& version) { return version.content; });
}

// The event up to which all is on disk: no sync was in vain.
std::size_t CrashStates::earliest(std::size_t time) const {
    std::size_t earliest = 0;
    for (NodeId id = DiskHistory::kRoot; id < history_.nodes(); ++id) {
        const auto& node = history_.node(id);
        const auto synced = [&](const auto& values) {
            const auto event = values[possible(values, node.syncs, time).first].time;
            if (event <= time) earliest = std::max(earliest, event);
        };
        if (!node.isFolder) synced(node.versions);
        for (const auto& [name, bindings] : node.names) synced(bindings);
    }
    return earliest;
}

void CrashStates::afterOrderlyPowerLoss(std::size_t time, const Found& found) const {
    const auto lost = [&](TornFile::Fill fill) {
        return [this, time, fill](const DiskNode& node, const FileVersion& version) {
            TornFile torn(node.versions[possible(node.versions, node.syncs, time).first].content);
            torn.becomes(version.content);
            return torn.withoutChanges(fill);
        };
    };
    for (auto moment = earliest(time); moment <= time; ++moment) {
        found(afterKill(moment));
        found(imageAt(moment, lost(TornFile::Fill::AsItWas)));
        found(imageAt(moment, lost(TornFile::Fill::Junk)));
    }
}

}  // namespace berth::test
