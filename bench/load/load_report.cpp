// bench/load/load_report.cpp - the result of a load run as text and as JSON.
#include "bench/load/load_report.h"

#include <Poco/JSON/Object.h>

#include <iomanip>
#include <sstream>
#include <string_view>

namespace berth::bench {
namespace {

using Microseconds = std::chrono::duration<double, std::micro>;

constexpr std::array<std::string_view, kFailureKinds> kFailureNames = {
    "refused", "reset", "closed_early", "timed_out", "wrong_bytes", "other"};

constexpr std::array<std::pair<std::string_view, double>, 4> kPercentiles = {
    {{"p50", 50.0}, {"p90", 90.0}, {"p99", 99.0}, {"p99.9", 99.9}}};

std::string_view nameOf(LoadMode mode) {
    switch (mode) {
        case LoadMode::Connect:
            return "connect";
        case LoadMode::Idle:
            return "idle";
        case LoadMode::Echo:
            break;
    }
    return "echo";
}

std::string latencyText(std::chrono::nanoseconds latency) {
    const double us = Microseconds(latency).count();
    std::ostringstream text;
    text << std::fixed << std::setprecision(us < 10 ? 1 : 0);
    if (us < 10000) {
        text << us << " us";
    } else {
        text << us / 1000 << " ms";
    }
    return text.str();
}

void writeSpeed(std::ostream& out, const LoadResult& result) {
    out << "  throughput  " << describeSpeed(result) << "\n  latency     ";
    for (const auto& [name, percent] : kPercentiles) {
        out << name << ' ' << latencyText(result.latency.percentile(percent)) << ", ";
    }
    out << "max " << latencyText(result.latency.max()) << '\n';
}

}  // namespace

std::string describeLoad(const LoadResult& result) {
    const auto& options = result.options;
    std::ostringstream out;
    out << nameOf(options.mode) << ", " << options.connections << " connections, "
        << options.messageSize << "-byte messages";
    if (options.depth > 1) out << ", " << options.depth << " at once";
    if (options.rate != 0) out << ", " << options.rate << " a second";
    out << ", " << std::fixed << std::setprecision(1) << result.elapsed.count() << " s";
    return out.str();
}

std::string describeSpeed(const LoadResult& result) {
    const bool connect = result.options.mode == LoadMode::Connect;
    std::ostringstream out;
    out << std::fixed << std::setprecision(0) << result.messagesPerSecond()
        << (connect ? " connections/s" : " messages/s");
    if (!connect) {
        out << ", " << std::setprecision(1) << result.bytesPerSecond() / 1e6 << " MB/s each way";
    }
    return out.str();
}

std::string formatText(const LoadResult& result) {
    const auto& options = result.options;
    std::ostringstream out;
    out << options.target << ": " << describeLoad(result) << '\n';
    if (options.mode == LoadMode::Idle) {
        out << "  opened      " << result.opened << '\n';
    } else {
        writeSpeed(out, result);
    }
    out << "  errors      " << result.failed();
    for (std::size_t kind = 0; kind < kFailureKinds; ++kind) {
        if (result.failures[kind] == 0) continue;
        out << ", " << kFailureNames[kind] << ' ' << result.failures[kind];
    }
    if (!result.firstError.empty()) out << "\n  first error " << result.firstError;
    out << '\n';
    return out.str();
}

std::string formatJson(const LoadResult& result) {
    Poco::JSON::Object latency;
    for (const auto& [name, percent] : kPercentiles) {
        latency.set(std::string(name), Microseconds(result.latency.percentile(percent)).count());
    }
    latency.set("max", Microseconds(result.latency.max()).count());
    Poco::JSON::Object errors;
    for (std::size_t kind = 0; kind < kFailureKinds; ++kind) {
        errors.set(std::string(kFailureNames[kind]), result.failures[kind]);
    }
    Poco::JSON::Object report;
    report.set("target", result.options.target);
    report.set("mode", std::string(nameOf(result.options.mode)));
    report.set("connections", result.options.connections);
    report.set("message_size", result.options.messageSize);
    report.set("depth", result.options.depth);
    report.set("rate", result.options.rate);
    report.set("threads", result.options.threads);
    report.set("seconds", result.elapsed.count());
    report.set("opened", result.opened);
    report.set("messages", result.messages);
    report.set("messages_per_second", result.messagesPerSecond());
    report.set("bytes_per_second", result.bytesPerSecond());
    report.set("latency_us", latency);
    report.set("failed", result.failed());
    report.set("errors", errors);
    report.set("first_error", result.firstError);
    std::ostringstream out;
    report.stringify(out);
    return out.str();
}

}  // namespace berth::bench
