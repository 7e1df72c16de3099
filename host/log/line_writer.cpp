// host/log/line_writer.cpp
#include "host/log/line_writer.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "host/log/bounded_output.h"

namespace berth::host {
namespace {

// The writer looks after this time whether something else is wanted of it.
constexpr std::chrono::milliseconds kMoment{200};

}  // namespace

std::size_t LineWriter::write(int descriptor, const LogBatch& batch, std::size_t first,
                              std::size_t end) {
    if (first == end || !finish(descriptor)) return 0;
    const auto begin = batch.lines[first].begin;
    const auto afterLast = [&](std::size_t i) {
        return batch.lines[i].begin + batch.lines[i].length + 1;
    };
    const auto text = std::string_view(batch.text).substr(begin, afterLast(end - 1) - begin);
    const auto taken = begin + BoundedOutput(descriptor).write(text, kMoment);
    std::size_t next = first;
    while (next < end && batch.lines[next].begin < taken) ++next;
    if (next > first)
        rest_ = std::string_view(batch.text).substr(taken, afterLast(next - 1) - taken);
    return next - first;
}

bool LineWriter::finish(int descriptor) {
    if (!rest_.empty()) rest_.erase(0, BoundedOutput(descriptor).write(rest_, kMoment));
    return rest_.empty();
}

}  // namespace berth::host
