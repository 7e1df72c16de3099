// plugins/upload/linger.cpp
#include "upload/linger.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "berth/errors.h"

namespace berth::upload {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds kMostSilence = 2s;
constexpr milliseconds kMostTime = 10s;
constexpr std::uint64_t kMostBytes = std::uint64_t{256} << 20U;

}  // namespace

void linger(Connection& client) try {
    client.finish();
    const auto end = std::chrono::steady_clock::now() + kMostTime;
    for (std::uint64_t taken = 0; taken < kMostBytes;) {
        const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
        if (left <= 0ms) return;
        client.setTimeout(std::min(left, kMostSilence));
        const auto bytes = client.receive();
        if (!bytes) return;
        taken += bytes.size();
    }
} catch (const ConnectionLost&) {
    return;
} catch (const TimedOut&) {
    return;
}

}  // namespace berth::upload
