// tests/host/admission/admission_counts_test.cpp - every snapshot of the counts agrees with itself.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "host/admission/admission.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::Admission;
using host::AdmissionCounts;
using host::AdmissionOptions;
using host::Overflow;

constexpr int kThreads = 8;
constexpr int kEvents = 2'000;

bool agree(const AdmissionCounts& counts) {
    const auto refused = counts.refused();
    return counts.accepted == refused + counts.served + counts.holding &&
           counts.served == counts.open + counts.ended && counts.failed <= counts.ended &&
           counts.holding <= counts.held;
}

AdmissionOptions options(unsigned variant) {
    AdmissionOptions tuned;
    tuned.maxConnections = 4 + variant % 5;
    tuned.maxPerClient = variant % 3;
    tuned.overflow = variant % 2 == 0 ? Overflow::Wait : Overflow::Refuse;
    if (variant % 4 == 3) tuned.rate = {50, std::chrono::milliseconds(5)};
    if (variant % 7 == 6) tuned.deny = {ValueCodec<host::Network>::parse({"10.0.0.0/31", {}})};
    return tuned;
}

// Admits, fails and ends connections in random order, and now and then turns a knob.
class RandomClient {
public:
    RandomClient(Admission& admission, unsigned seed, const std::stop_token& stop)
        : admission_(admission), random_(seed), stop_(stop) {}

    void step() {
        switch (random_() % 16) {
            case 0:
                return admission_.retune(
                    Admission::Rules(options(static_cast<unsigned>(random_()))));
            case 1:
                return admission_.close();
            case 2:
            case 3:
                return admission_.open();
            case 4:
                return admission_.countRefused(host::Refusal::Descriptors);
            default:
                break;
        }
        // One ticket at a time: a thread that waits for a place must not sit on one.
        ticket_.reset();
        auto answer = admission_.admit(peer(), stop_);
        if (auto* ticket = std::get_if<Admission::Ticket>(&answer)) {
            ticket_.emplace(std::move(*ticket));
        }
        if (ticket_ && random_() % 4 == 0) ticket_->markFailed();
        if (random_() % 2 == 0) ticket_.reset();
    }

private:
    host::PeerAddress peer() {
        auto address = host::parsePeerAddress("10.0.0.0").value();
        address.bytes[15] = static_cast<std::uint8_t>(random_() % 4);
        return address;
    }

    Admission& admission_;
    std::minstd_rand random_;
    std::stop_token stop_;
    std::optional<Admission::Ticket> ticket_;
};

class AdmissionCountsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AdmissionCountsTest);
    CPPUNIT_TEST(agreeUnderRandomEventsOnEightThreads);
    CPPUNIT_TEST_SUITE_END();

public:
    void agreeUnderRandomEventsOnEightThreads() {
        Admission admission(options(0));
        std::stop_source stop;
        std::atomic<int> running{kThreads};
        std::atomic<int> disagreements{0};
        {
            std::vector<std::jthread> threads;
            for (unsigned seed = 1; seed <= kThreads; ++seed) {
                threads.emplace_back([&, seed] {
                    RandomClient client(admission, seed, stop.get_token());
                    for (int i = 0; i < kEvents; ++i) {
                        client.step();
                        if (!agree(admission.counts())) ++disagreements;
                    }
                    --running;
                });
            }
            while (running > 0) {
                if (!agree(admission.counts())) ++disagreements;
                std::this_thread::yield();
            }
        }
        CPPUNIT_ASSERT_EQUAL(0, disagreements.load());
        const auto counts = admission.counts();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, counts.open);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, counts.holding);
        CHECK(counts.served > 0);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdmissionCountsTest);

}  // namespace
}  // namespace berth::test
