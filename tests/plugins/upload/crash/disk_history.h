// tests/plugins/upload/crash/disk_history.h - all that happened to a folder, each thing that a disk
// keeps for itself with every value it had.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "folder_image.h"

namespace berth::test {

using NodeId = std::size_t;  // 0: none

// What a name in a folder stood for, from an event on.
struct Binding {
    std::size_t time = 0;
    NodeId node = 0;
    // The name went to another folder at that event: it is gone only where it has arrived.
    std::optional<NodeId> movedTo{};
};

// What a file was, from an event on.
struct FileVersion {
    std::size_t time = 0;
    ContentPtr content;
    mode_t mode = 0;
};

struct DiskNode {
    bool isFolder = false;
    mode_t mode = 0;                                      // of a folder
    std::vector<FileVersion> versions{};                  // of a file; never empty
    std::map<std::string, std::vector<Binding>> names{};  // of a folder; none is empty
    std::vector<std::size_t> syncs{};
};

// Which values of an object the disk may have after a crash: those from `first` to `last`.
struct Span {
    std::size_t first = 0;
    std::size_t last = 0;

    [[nodiscard]] std::size_t size() const noexcept { return last - first + 1; }
    auto operator<=>(const Span&) const = default;
};

// Events are numbered from 1 on; what was there before is on disk.
//
// Threads: one at a time.
class DiskHistory {
public:
    static constexpr NodeId kRoot = 1;

    explicit DiskHistory(const FolderImage& image);

    NodeId make(NodeId folder, const std::string& name, bool isFolder, mode_t mode);
    void remove(NodeId folder, const std::string& name);
    void move(NodeId from, NodeId to, const std::string& name);
    void write(NodeId file, std::size_t offset, std::string_view bytes);
    void resize(NodeId file, std::size_t size);
    void setMode(NodeId file, mode_t mode);
    void sync(NodeId node);
    // A file that comes into the folder itself, whole and on disk.
    void appear(const std::string& name, const std::string& bytes, mode_t mode);
    // Something that is no change of the folder, such as an answer.
    void happened(std::string what);

    [[nodiscard]] std::size_t now() const noexcept { return events_.size(); }
    // Numbers of nodes are less.
    [[nodiscard]] NodeId nodes() const noexcept { return nodes_.size(); }
    [[nodiscard]] const DiskNode& node(NodeId id) const { return nodes_.at(id); }
    [[nodiscard]] NodeId find(NodeId folder, const std::string& name) const;
    // By the path beneath the folder.
    [[nodiscard]] NodeId find(std::string_view path) const;
    // What happened, a line each, until that event.
    [[nodiscard]] std::string describe(std::size_t until) const;

private:
    NodeId add(DiskNode node);
    void bind(NodeId folder, const std::string& name, Binding binding);
    void change(NodeId file, std::string bytes);
    [[nodiscard]] std::string nameOf(NodeId id) const;

    std::vector<DiskNode> nodes_;
    std::vector<std::string> labels_;  // for messages: the first name of each node
    std::vector<std::string> events_;
};

// What the disk may have of an object whose values are these, when the machine stops after `time`.
template <class Value>
[[nodiscard]] Span possible(const std::vector<Value>& values, const std::vector<std::size_t>& syncs,
                            std::size_t time) {
    std::size_t synced = 0;
    for (const auto sync : syncs) {
        if (sync <= time) synced = sync;
    }
    Span span;
    for (std::size_t i = 0; i < values.size() && values[i].time <= time; ++i) {
        span.last = i;
        if (values[i].time <= synced) span.first = i;
    }
    return span;
}

}  // namespace berth::test
