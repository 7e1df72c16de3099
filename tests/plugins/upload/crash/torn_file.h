// tests/plugins/upload/crash/torn_file.h - what of a file's bytes may be on disk before a sync.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "folder_image.h"

namespace berth::test {

// A file that was on disk with one content and then had others.
class TornFile {
public:
    enum class Fill { AsItWas, Junk };

    explicit TornFile(ContentPtr onDisk) : versions_{std::move(onDisk)} {}

    void becomes(const ContentPtr& content) {
        if (content != versions_.back()) versions_.push_back(content);
    }

    // Each size that the file had or passed through (of many, some), with all, none, the first,
    // the last, every other of the changed blocks and half of one, the rest as it was, zeros or
    // junk. Of a file of one block that block in every version.
    [[nodiscard]] std::vector<ContentPtr> fine() const;
    // The smallest and the largest size with all, none, or the first of the blocks.
    [[nodiscard]] std::vector<ContentPtr> coarse() const;

    // Of the last size, with none of the changed blocks.
    [[nodiscard]] ContentPtr withoutChanges(Fill fill) const;

private:
    // Which of the changed blocks are on disk.
    enum class Blocks { All, None, First, Last, Odd, HalfOfLast };

    [[nodiscard]] std::vector<std::size_t> sizes() const;
    [[nodiscard]] std::string mix(std::size_t size, Blocks blocks, Fill fill) const;
    [[nodiscard]] bool isOneBlock() const;

    std::vector<ContentPtr> versions_;
};

}  // namespace berth::test
