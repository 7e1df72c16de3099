// plugins/exec/group_table.h - the process groups that run now, in memory that processes share.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <span>
#include <utility>

namespace berth::exec {

// A child enters itself before it runs its program, so that there is no moment at which only the
// host knows of it.
//
// Threads: any; processes that were forked from this one, too.
class GroupTable {
public:
    using Row = std::atomic<pid_t>;  // 0: free; -1: taken, the group is not there yet

    // Throws: std::system_error when there is no memory.
    explicit GroupTable(std::size_t rows);
    GroupTable(const GroupTable&) = delete;
    GroupTable& operator=(const GroupTable&) = delete;
    ~GroupTable();

    // One row, given back when destroyed.
    class Entry {
    public:
        Entry() noexcept = default;
        explicit Entry(Row& row) noexcept : row_(&row) {}
        Entry(Entry&& other) noexcept : row_(std::exchange(other.row_, nullptr)) {}
        Entry& operator=(Entry&&) = delete;
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        ~Entry() { clear(); }

        // To be called while the group's number cannot be another's yet: before its leader is
        // reaped.
        void clear() noexcept {
            if (row_ != nullptr) std::exchange(row_, nullptr)->store(0);
        }
        [[nodiscard]] Row& row() const noexcept { return *row_; }

    private:
        Row* row_ = nullptr;
    };

    // Requires: fewer entries than rows.
    [[nodiscard]] Entry enter() noexcept;

    [[nodiscard]] std::span<Row> rows() const noexcept { return rows_; }

private:
    std::span<Row> rows_;
    std::atomic<std::size_t> next_{0};  // where a free row is looked for first
};

}  // namespace berth::exec
