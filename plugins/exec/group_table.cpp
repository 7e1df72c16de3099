// plugins/exec/group_table.cpp
#include "exec/group_table.h"

#include <sys/mman.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace berth::exec {

static_assert(GroupTable::Row::is_always_lock_free, "a lock would not be shared by processes");

GroupTable::GroupTable(std::size_t rows) {
    void* memory = ::mmap(nullptr, rows * sizeof(Row), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "memory for process groups");
    }
    auto* first = static_cast<Row*>(memory);
    std::uninitialized_value_construct_n(first, rows);
    rows_ = {first, rows};
}

GroupTable::~GroupTable() {
    ::munmap(rows_.data(), rows_.size_bytes());
}

GroupTable::Entry GroupTable::enter() noexcept {
    for (;;) {
        auto& row = rows_[next_.fetch_add(1, std::memory_order_relaxed) % rows_.size()];
        pid_t free = 0;
        if (row.compare_exchange_strong(free, -1)) return Entry(row);
    }
}

}  // namespace berth::exec
