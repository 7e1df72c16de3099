// host/fiber/hang_watch.cpp
#include "host/fiber/hang_watch.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "berth/units.h"
#include "host/base/phrases.h"
#include "host/log/log_system.h"

namespace berth::host {
namespace {

using std::chrono::milliseconds;

constexpr int kLooks = 5;  // in the time that a loop may take
constexpr milliseconds kShortestPause{2};
constexpr milliseconds kLongestPause{200};
constexpr milliseconds kPauseWithoutLoops{1000};
constexpr milliseconds kAnswerTime{100};       // of a thread that is asked what it does
constexpr std::chrono::seconds kTolerated{1};  // when nothing is to be told
constexpr std::chrono::seconds kQuiet{30};     // between two lines about the same shortage

milliseconds pauseFor(milliseconds limit, bool anyLoop) {
    if (!anyLoop) return kPauseWithoutLoops;
    if (limit.count() == 0) return kLongestPause;
    return std::clamp(limit / kLooks, kShortestPause, kLongestPause);
}

milliseconds sinceThen(HangWatch::Clock::time_point then) {
    return std::chrono::duration_cast<milliseconds>(HangWatch::Clock::now() - then);
}

std::string nameOf(const Loop& loop) {
    return "loop " + std::to_string(loop.number());
}

}  // namespace

std::string whatItDoes(const crash::ThreadReport& report) {
    std::string text = report.phase.empty() ? "the host's own work" : report.phase;
    if (!report.service.empty()) text += " of service \"" + report.service + '"';
    if (!report.client.empty()) {
        text += " for " + report.client + " (connection " + std::to_string(report.connection) + ')';
    }
    if (!report.plugin.empty()) {
        text += ", plugin " + report.plugin;
        if (!report.version.empty()) text += ' ' + report.version;
        if (report.generation != 0) text += ", generation " + std::to_string(report.generation);
    }
    return text;
}

HangWatch::HangWatch(LoopGroup& loops, LogSystem& logs, milliseconds limit)
    : loops_(loops), logs_(logs), limit_(limit) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void HangWatch::setLimit(milliseconds limit) {
    {
        const detail::Lock lock(mutex_);
        limit_ = limit;
    }
    changed_.notify_all();
}

std::vector<Hang> HangWatch::hangs() const {
    std::vector<Hang> result;
    const detail::Lock lock(mutex_);
    for (const auto& [number, hang] : hangs_) result.push_back(hang);
    return result;
}

bool HangWatch::allTurn() const {
    const auto before = Clock::now() - kTolerated;
    const detail::Lock lock(mutex_);
    return std::ranges::none_of(stuck_, [&](const auto& entry) { return entry.second < before; });
}

void HangWatch::run(const std::stop_token& stop) {
    detail::UniqueLock lock(mutex_);
    while (!stop.stop_requested()) {
        const auto limit = limit_;
        const auto pause = pauseFor(limit, !loops_.loops().empty());
        if (changed_.wait_for(lock.native(), stop, pause,
                              [&]() BERTH_REQUIRES(mutex_) { return limit_ != limit; }))
            continue;
        if (stop.stop_requested()) return;
        lock.unlock();
        try {
            look(limit);
        } catch (const std::exception&) {
            // Out of memory: it is looked at once more.
        }
        lock.lock();
    }
}

void HangWatch::look(milliseconds limit) {
    for (const auto& loop : loops_.loops()) look(*loop, seen_[loop->number()], limit);
    loops_.helpers().catchUp();
    tellShortages(limit);
}

// It counts what it saw itself, not time: after a pause of the whole process nothing hangs.
void HangWatch::look(Loop& loop, Seen& seen, milliseconds limit) {
    const auto beat = loop.beat();
    if (Loop::waits(beat) || beat != seen.beat) {
        if (std::exchange(seen.told, false)) tellTurnsAgain(loop, seen);
        if (!loop.turns.exchange(true)) {
            const detail::Lock lock(mutex_);
            stuck_.erase(loop.number());
        }
        seen = {.beat = beat, .since = Clock::now()};
        return;
    }
    ++seen.unchanged;
    if (loop.turns.exchange(false)) {
        const detail::Lock lock(mutex_);
        stuck_[loop.number()] = seen.since;
    }
    loops_.relieve(loop);
    const bool late = seen.unchanged >= kLooks - 1 && sinceThen(seen.since) >= limit * 3 / 4;
    if (limit.count() != 0 && late && !std::exchange(seen.told, true)) tell(loop, seen);
}

void HangWatch::tell(Loop& loop, Seen& seen) {
    Hang hang{.loop = loop.number(), .since = seen.since, .does = {}};
    if (auto report = probe_.ask(loop.thread(), kAnswerTime)) hang.does = *std::move(report);
    if (loop.beat() != seen.beat) {
        seen.told = false;  // it turned while it was asked
        return;
    }
    const auto clients = loop.clients.load();
    auto text = nameOf(loop) + " does not turn, " + counted(clients, "client") + " on it: ";
    text += hang.does.backtrace.empty() ? "its thread gives no answer" : whatItDoes(hang.does);
    const auto& does = hang.does;
    std::vector<LogField> fields;
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) fields.push_back({name, std::string_view(value)});
    };
    add("service", does.service);
    add("client", does.client);
    add("plugin", does.plugin);
    add("version", does.version);
    add("backtrace", does.backtrace);
    add("build_ids", does.buildIds);
    logs_.write(LogLevel::Error, "host", text, fields);
    const detail::Lock lock(mutex_);
    hangs_[hang.loop] = std::move(hang);
}

void HangWatch::tellTurnsAgain(Loop& loop, Seen& seen) {
    Hang hang;
    {
        const detail::Lock lock(mutex_);
        if (auto told = hangs_.extract(loop.number())) hang = std::move(told.mapped());
    }
    auto text = nameOf(loop) + " turns again after " + formatDuration(sinceThen(seen.since));
    if (!hang.does.phase.empty()) text += ": " + whatItDoes(hang.does);
    logs_.write(LogLevel::Warning, "host", text);
}

bool HangWatch::due(const std::string& name, Clock::time_point now) {
    const auto [entry, fresh] = lastTold_.try_emplace(name, now);
    if (!fresh && now - entry->second < kQuiet) return false;
    entry->second = now;
    return true;
}

void HangWatch::tellShortages(milliseconds limit) {
    if (limit.count() == 0) return;
    const auto now = Clock::now();
    for (const auto& shortage : loops_.helpers().shortages(limit)) {
        const auto* const lack = shortage.threadsMissing ? "threads of " : "share of ";
        if (!due(lack + shortage.name, now)) continue;
        auto text = counted(shortage.waiting, "handler") + " of service \"" + shortage.name +
                    "\" cannot go on: each waits for a helper thread, the first for " +
                    formatDuration(std::chrono::duration_cast<milliseconds>(shortage.longest));
        text += shortage.threadsMissing
                    ? "; no more threads can be started"
                    : "; its " + std::to_string(shortage.running) + " are busy with blocking work";
        logs_.write(LogLevel::Warning, "host", text);
    }
    for (const auto& loop : loops_.loops()) {
        const auto starved = loop->starved();
        if (starved == 0 || !due("stacks of " + nameOf(*loop), now)) continue;
        logs_.write(LogLevel::Error, "host",
                    counted(starved, "client") + " on " + nameOf(*loop) +
                        " cannot begin for want of memory for a stack; they begin as soon as "
                        "there is some");
    }
}

}  // namespace berth::host
