// bench/load/load.cpp - spreads a load run over threads and adds up what they found.
#include "bench/load/load.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <future>
#include <latch>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/load/pattern.h"
#include "bench/load/target.h"
#include "bench/load/worker.h"

namespace berth::bench {
namespace {

// What a process needs besides its connections.
constexpr std::size_t kOtherDescriptors = 64;

void requireBetween(const char* what, std::size_t value, std::size_t least, std::size_t most) {
    if (value >= least && value <= most) return;
    throw std::invalid_argument(std::string(what) + " must be " + std::to_string(least) + " to " +
                                std::to_string(most) + ", not " + std::to_string(value));
}

void check(const LoadOptions& options) {
    requireBetween("connections", options.connections, 1, 1'000'000);
    requireBetween("the message size", options.messageSize, 1, std::size_t{1} << 30);
    requireBetween("the depth", options.depth, 1, 65536);
    requireBetween("threads", options.threads, 1, 256);
    requireBetween("threads", options.threads, 1, options.connections);
    requireBetween("sources", options.sources, 0, 65536);
    requireBetween("the rate", options.rate, 0, 1'000'000);
    if (options.rate != 0 && options.mode != LoadMode::Connect) {
        throw std::invalid_argument("a rate is for mode connect");
    }
    if (options.duration.count() == 0 && options.mode != LoadMode::Idle) {
        throw std::invalid_argument("the duration must be more than 0");
    }
}

void allowDescriptors(std::size_t connections) {
    const rlim_t needed = connections + kOtherDescriptors;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        throw std::system_error(errno, std::generic_category(), "getrlimit");
    }
    if (limit.rlim_cur >= needed) return;
    const rlimit wanted{.rlim_cur = needed, .rlim_max = std::max(limit.rlim_max, needed)};
    if (::setrlimit(RLIMIT_NOFILE, &wanted) == 0) return;
    throw std::invalid_argument(std::to_string(connections) + " connections need " +
                                std::to_string(needed) + " descriptors, but at most " +
                                std::to_string(limit.rlim_max) +
                                " are allowed; raise `ulimit -Hn`");
}

Worker::Share shareOf(std::size_t thread, const LoadOptions& options) {
    const auto first = options.connections * thread / options.threads;
    const auto next = options.connections * (thread + 1) / options.threads;
    return {first, next - first};
}

}  // namespace

LoadResult runLoad(const LoadOptions& options, const std::stop_token& stop,
                   const std::function<void()>& ready) {
    check(options);
    allowDescriptors(options.connections);
    const Target target(options.target);
    const Pattern pattern;
    std::vector<Worker> workers;
    workers.reserve(options.threads);
    for (std::size_t i = 0; i < options.threads; ++i) {
        workers.emplace_back(options, target, pattern, shareOf(i, options), stop);
    }

    std::latch opened(static_cast<std::ptrdiff_t>(options.threads));
    std::vector<std::future<LoadResult>> results;
    for (auto& worker : workers) {
        results.push_back(std::async(std::launch::async, [&] { return worker.run(opened); }));
    }
    opened.wait();
    if (ready) ready();

    LoadResult sum;
    sum.options = options;
    for (auto& result : results) sum.merge(result.get());
    return sum;
}

}  // namespace berth::bench
