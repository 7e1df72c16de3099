// tests/support/guardian.h - ends what a test started and left running, however the test ended.
#pragma once

#include <optional>

namespace berth::test {

// Divides this process in two. The child gets nothing and goes on; the parent waits for it, kills
// all that is left of what it started, and gets the exit status to end with (128 and the number of
// a signal that ended the child). When the parent is killed, so is the child.
//
// Requires: no other thread runs.
[[nodiscard]] std::optional<int> guard();

}  // namespace berth::test
