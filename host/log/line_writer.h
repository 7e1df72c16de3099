// host/log/line_writer.h - keeps lines whole in what takes only parts of them.
#pragma once

#include <cstddef>
#include <string>

#include "host/log/log_sink.h"

namespace berth::host {

// A full pipe or disk takes half a line. Its rest is written before anything else, so that no
// other line is glued to it.
//
// Threads: one.
class LineWriter {
public:
    // `unfinished`: what is there already ends in the middle of a line, which is ended first.
    explicit LineWriter(bool unfinished = false) : rest_(unfinished ? "\n" : "") {}

    // Writes the lines from `first` up to `end`, and returns how many of them, one that was begun
    // included. Fewer than all: the descriptor takes no more for a while.
    // Throws: std::system_error when it takes nothing at all.
    std::size_t write(int descriptor, const LogBatch& batch, std::size_t first, std::size_t end);
    // Writes what is left of a line that was begun. False when it is not taken yet.
    // Throws: std::system_error.
    bool finish(int descriptor);

private:
    std::string rest_;
};

}  // namespace berth::host
