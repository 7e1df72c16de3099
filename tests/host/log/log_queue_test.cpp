// tests/host/log/log_queue_test.cpp - many writers, slow sinks, sinks that fail.
#include "host/log/log_queue.h"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <stdexcept>
#include <thread>

#include "support/check.h"
#include "support/memory_log_sink.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::LogBatch;
using host::LogQueue;
using host::LogSink;

// Its first write does not return before the gate is opened.
class GatedSink final : public LogSink {
public:
    GatedSink(std::shared_ptr<LogMemory> memory, std::shared_future<void> gate,
              std::promise<void>& entered)
        : memory_(std::move(memory)), gate_(std::move(gate)), entered_(entered) {}
    std::size_t write(const LogBatch& batch, std::size_t first) override {
        if (first_) entered_.set_value();
        first_ = false;
        gate_.wait();
        return memory_->add(batch, first);
    }

private:
    std::shared_ptr<LogMemory> memory_;
    std::shared_future<void> gate_;
    std::promise<void>& entered_;
    bool first_ = true;
};

// Fails while it is told to.
class FailingSink final : public LogSink {
public:
    FailingSink(std::shared_ptr<LogMemory> memory, const std::atomic<bool>& fails)
        : memory_(std::move(memory)), fails_(fails) {}
    std::size_t write(const LogBatch& batch, std::size_t first) override {
        if (fails_) throw std::runtime_error("the disk of this test is full");
        return memory_->add(batch, first);
    }
    void reopen() override { throw std::runtime_error("no such file"); }

private:
    std::shared_ptr<LogMemory> memory_;
    const std::atomic<bool>& fails_;
};

// Takes so many lines, and then none before it is told to.
class FullSink final : public LogSink {
public:
    FullSink(std::shared_ptr<LogMemory> memory, std::size_t room)
        : memory_(std::move(memory)), room_(room) {}
    std::size_t write(const LogBatch& batch, std::size_t first) override {
        LogBatch taken;
        for (; room_ > 0 && first < batch.lines.size(); --room_, ++first) {
            taken.append(LogLevel::Information, batch.at(batch.lines[first]));
        }
        if (taken.empty()) std::this_thread::yield();
        return memory_->add(taken, 0);
    }

private:
    std::shared_ptr<LogMemory> memory_;
    std::size_t room_;
};

std::string notice(std::uint64_t lost) {
    return "lost " + std::to_string(lost);
}

class LogQueueTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogQueueTest);
    CPPUNIT_TEST(writesInOrder);
    CPPUNIT_TEST(writesWithoutBeingAsked);
    CPPUNIT_TEST(writesWhatIsWaitingWhenItEnds);
    CPPUNIT_TEST(keepsLinesOfManyThreadsWhole);
    CPPUNIT_TEST(neverWaitsForTheSinkAndCountsWhatIsDropped);
    CPPUNIT_TEST(keepsRoomForErrors);
    CPPUNIT_TEST(goesOnWhenTheSinkFails);
    CPPUNIT_TEST(tellsOfALossWithoutAnotherLine);
    CPPUNIT_TEST(tellsWhyItCannotReopen);
    CPPUNIT_TEST(replacesTheSinkBehindEarlierLines);
    CPPUNIT_TEST(offersLinesAgainThatWereNotTaken);
    CPPUNIT_TEST(givesWhatASinkDoesNotTakeToTheNextOne);
    CPPUNIT_TEST(endsWithASinkThatTakesNothing);
    CPPUNIT_TEST(waitsForAStuckSinkForAWhileOnly);
    CPPUNIT_TEST_SUITE_END();

    std::shared_ptr<LogMemory> memory_ = std::make_shared<LogMemory>();

public:
    void writesInOrder() {
        LogQueue queue(std::make_unique<MemoryLogSink>(memory_), notice);
        for (int i = 0; i < 1000; ++i) queue.push(LogLevel::Debug, std::to_string(i));
        CPPUNIT_ASSERT(flushed(queue));
        const auto lines = memory_->lines();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1000}, lines.size());
        for (std::size_t i = 0; i < lines.size(); ++i) {
            CPPUNIT_ASSERT_EQUAL(std::to_string(i), lines[i]);
        }
    }

    void writesWithoutBeingAsked() {
        LogQueue queue(std::make_unique<MemoryLogSink>(memory_), notice);
        queue.push(LogLevel::Information, "line");
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (memory_->lines().empty()) {
            CHECK(std::chrono::steady_clock::now() < limit);
            std::this_thread::yield();
        }
    }

    // It may lose lines when its two seconds are over: a machine that holds it up for so long
    // proves nothing.
    void writesWhatIsWaitingWhenItEnds() {
        std::size_t written = 0;
        bool heldUp = true;
        for (int attempt = 0; attempt < 3 && heldUp && written < 100; ++attempt) {
            const auto memory = std::make_shared<LogMemory>();
            const auto start = std::chrono::steady_clock::now();
            {
                LogQueue queue(std::make_unique<MemoryLogSink>(memory), notice);
                for (int i = 0; i < 100; ++i) queue.push(LogLevel::Information, "line");
            }
            heldUp = std::chrono::steady_clock::now() - start >= std::chrono::seconds(2);
            written = memory->lines().size();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{100}, written);
    }

    void keepsLinesOfManyThreadsWhole() {
        constexpr int kThreads = 8;
        constexpr int kLines = 2000;
        {
            LogQueue queue(std::make_unique<MemoryLogSink>(memory_), notice);
            std::vector<std::jthread> threads;
            for (int thread = 0; thread < kThreads; ++thread) {
                threads.emplace_back([&queue, thread] {
                    for (int i = 0; i < kLines; ++i) {
                        queue.push(i % 100 == 0 ? LogLevel::Error : LogLevel::Information,
                                   std::to_string(thread) + " " + std::to_string(i));
                        if (i % 500 == 0) queue.flush();
                    }
                });
            }
            threads.clear();
            CPPUNIT_ASSERT(flushed(queue));
        }
        std::map<std::string, int> next;
        for (const auto& line : memory_->lines()) {
            const auto blank = line.find(' ');
            CPPUNIT_ASSERT_EQUAL(std::to_string(next[line.substr(0, blank)]++),
                                 line.substr(blank + 1));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{kThreads}, next.size());
        for (const auto& [thread, count] : next) CPPUNIT_ASSERT_EQUAL(kLines, count);
    }

    void neverWaitsForTheSinkAndCountsWhatIsDropped() {
        std::promise<void> gate;
        std::promise<void> entered;
        LogQueue queue(std::make_unique<GatedSink>(memory_, gate.get_future().share(), entered),
                       notice);
        queue.push(LogLevel::Error, "first");
        entered.get_future().wait();  // from here on the sink is stuck
        const std::string line(1000, 'x');
        constexpr std::uint64_t kPushed = 20'000;  // 20 MB
        for (std::uint64_t i = 0; i < kPushed; ++i) queue.push(LogLevel::Information, line);
        const auto lost = queue.lost();
        CHECK(lost > kPushed / 2);
        CHECK(lost < kPushed);
        gate.set_value();
        CPPUNIT_ASSERT(flushed(queue));
        CPPUNIT_ASSERT_EQUAL(kPushed - lost, std::uint64_t{memory_->count(line)});
        CPPUNIT_ASSERT_EQUAL(notice(lost), memory_->lines().back());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, memory_->count("lost"));
    }

    void keepsRoomForErrors() {
        std::promise<void> gate;
        std::promise<void> entered;
        LogQueue queue(std::make_unique<GatedSink>(memory_, gate.get_future().share(), entered),
                       notice);
        queue.push(LogLevel::Error, "first");
        entered.get_future().wait();
        const std::string line(1000, 'x');
        for (int i = 0; i < 20'000; ++i) queue.push(LogLevel::Information, line);
        queue.push(LogLevel::Error, "important");
        gate.set_value();
        CPPUNIT_ASSERT(flushed(queue));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, memory_->count("important"));
    }

    void goesOnWhenTheSinkFails() {
        std::atomic<bool> fails{true};
        LogQueue queue(std::make_unique<FailingSink>(memory_, fails), notice);
        for (const auto* line : {"one", "two", "three", "four"}) {
            fails = line == std::string("one") || line == std::string("two");
            queue.push(LogLevel::Information, line);
            CPPUNIT_ASSERT(flushed(queue));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, memory_->count("three"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, memory_->count("four"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, memory_->count("lost 2"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, queue.lost());
    }

    void tellsOfALossWithoutAnotherLine() {
        std::atomic<bool> fails{true};
        LogQueue queue(std::make_unique<FailingSink>(memory_, fails), notice);
        queue.push(LogLevel::Information, "one");
        CPPUNIT_ASSERT(flushed(queue));
        fails = false;
        CHECK(waitUntil([&] { return memory_->count("lost 1") == 1; }));
    }

    void tellsWhyItCannotReopen() {
        const std::atomic<bool> fails{false};
        LogQueue queue(std::make_unique<FailingSink>(memory_, fails), notice);
        CPPUNIT_ASSERT_THROW(queue.reopen(), std::runtime_error);
        queue.push(LogLevel::Information, "line");
        CPPUNIT_ASSERT(flushed(queue));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, memory_->count("line"));
    }

    void replacesTheSinkBehindEarlierLines() {
        const auto other = std::make_shared<LogMemory>();
        LogQueue queue(std::make_unique<MemoryLogSink>(memory_), notice);
        queue.push(LogLevel::Information, "one");
        CPPUNIT_ASSERT(changed([&] { queue.replaceSink(std::make_unique<MemoryLogSink>(other)); }));
        queue.push(LogLevel::Information, "two");
        CPPUNIT_ASSERT(flushed(queue));
        CHECK(memory_->lines() == std::vector<std::string>{"one"});
        CHECK(other->lines() == std::vector<std::string>{"two"});
    }

    void offersLinesAgainThatWereNotTaken() {
        // One line at each call.
        class SlowSink final : public LogSink {
        public:
            explicit SlowSink(std::shared_ptr<LogMemory> memory) : memory_(std::move(memory)) {}
            std::size_t write(const LogBatch& batch, std::size_t first) override {
                LogBatch one;
                one.append(LogLevel::Information, batch.at(batch.lines[first]));
                return memory_->add(one, 0);
            }

        private:
            std::shared_ptr<LogMemory> memory_;
        };
        LogQueue queue(std::make_unique<SlowSink>(memory_), notice);
        for (const auto* line : {"one", "two", "three"}) queue.push(LogLevel::Information, line);
        CPPUNIT_ASSERT(flushed(queue));
        CHECK(memory_->lines() == std::vector<std::string>{"one", "two", "three"});
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, queue.lost());
    }

    void givesWhatASinkDoesNotTakeToTheNextOne() {
        const auto other = std::make_shared<LogMemory>();
        LogQueue queue(std::make_unique<FullSink>(memory_, 1), notice);
        for (const auto* line : {"one", "two", "three"}) queue.push(LogLevel::Information, line);
        CPPUNIT_ASSERT(!queue.flush());
        CPPUNIT_ASSERT(changed([&] { queue.replaceSink(std::make_unique<MemoryLogSink>(other)); }));
        CPPUNIT_ASSERT(flushed(queue));
        CHECK(memory_->lines() == std::vector<std::string>{"one"});
        CHECK(other->lines() == std::vector<std::string>{"two", "three"});
    }

    void endsWithASinkThatTakesNothing() {
        LogQueue queue(std::make_unique<FullSink>(memory_, 0), notice);
        queue.push(LogLevel::Error, "for nobody");
    }

    void waitsForAStuckSinkForAWhileOnly() {
        std::promise<void> gate;
        std::promise<void> entered;
        const auto other = std::make_shared<LogMemory>();
        {
            LogQueue queue(std::make_unique<GatedSink>(memory_, gate.get_future().share(), entered),
                           notice);
            queue.push(LogLevel::Error, "first");
            entered.get_future().wait();
            CPPUNIT_ASSERT(!queue.flush());
            CPPUNIT_ASSERT_THROW(queue.reopen(), std::runtime_error);
            CPPUNIT_ASSERT_THROW(queue.replaceSink(std::make_unique<MemoryLogSink>(other)),
                                 std::runtime_error);
            queue.push(LogLevel::Error, "second");
        }
        CHECK(isEmpty(memory_->lines()));
        gate.set_value();  // the writer that was left behind goes on
        CPPUNIT_ASSERT(waitUntil([this] { return memory_->count("first") == 1; }));
        // It ends with a line to standard error, which belongs to no later test.
        CPPUNIT_ASSERT(waitUntil([this] { return memory_.use_count() == 1; }));
        CHECK(isEmpty(other->lines()));  // a change that was given up is not made later
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogQueueTest);

}  // namespace
}  // namespace berth::test
