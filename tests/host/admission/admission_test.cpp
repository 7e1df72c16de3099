// tests/host/admission/admission_test.cpp - serving, holding and refusing clients.
#include "host/admission/admission.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <functional>
#include <future>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "support/check.h"
#include "support/growing_times.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::Admission;
using host::AdmissionOptions;
using host::Network;
using host::Overflow;
using host::PeerAddress;
using host::Refusal;

PeerAddress client(std::string_view text = "127.0.0.1") {
    return host::parsePeerAddress(text).value();
}

std::optional<Admission::Ticket> admit(Admission& admission, const PeerAddress& peer = client(),
                                       const std::stop_token& stop = {}) {
    auto answer = admission.admit(peer, stop);
    if (std::holds_alternative<Refusal>(answer)) return std::nullopt;
    return std::get<Admission::Ticket>(std::move(answer));
}

AdmissionOptions limited(std::size_t connections, Overflow overflow) {
    AdmissionOptions options;
    options.maxConnections = connections;
    options.overflow = overflow;
    return options;
}

class AdmissionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AdmissionTest);
    CPPUNIT_TEST(countsEachPlaceTakenAndGivenBack);
    CPPUNIT_TEST(givesThePlaceOfAMovedTicketBackOnce);
    CPPUNIT_TEST(refusesBeyondTheLimit);
    CPPUNIT_TEST(holdsBeyondTheLimitUntilAPlaceIsFree);
    CPPUNIT_TEST(limitsEachClientByItself);
    CPPUNIT_TEST(takesAnIpv6NetworkForOneClient);
    CPPUNIT_TEST(tellsWhyItRefuses);
    CPPUNIT_TEST(refusesByAccessRuleBeforeAnyLimit);
    CPPUNIT_TEST(refusesBeyondTheRate);
    CPPUNIT_TEST(holdsBeyondTheRate);
    CPPUNIT_TEST(wakesHeldClientsWhenClosed);
    CPPUNIT_TEST(wakesAHeldClientByItsStopToken);
    CPPUNIT_TEST(wakesThoseTheRateHoldsToo);
    CPPUNIT_TEST(wakesHeldClientsWhenTheLimitRises);
    CPPUNIT_TEST(wakesHeldClientsWhenTheRateRises);
    CPPUNIT_TEST(servesAgainAfterOpen);
    CPPUNIT_TEST(waitsUntilIdle);
    CPPUNIT_TEST(countsThoseItNeverSaw);
    CPPUNIT_TEST_SUITE_END();

public:
    void countsEachPlaceTakenAndGivenBack() {
        Admission admission((AdmissionOptions()));
        {
            auto first = admit(admission);
            auto second = admit(admission);
            CPPUNIT_ASSERT(first);
            CPPUNIT_ASSERT(second);
            second->markFailed();
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, admission.counts().open);
        }
        const auto counts = admission.counts();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, counts.accepted);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, counts.served);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, counts.open);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, counts.ended);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, counts.failed);
    }

    void givesThePlaceOfAMovedTicketBackOnce() {
        Admission admission((AdmissionOptions()));
        auto ticket = admit(admission);
        ticket->markFailed();
        {
            const Admission::Ticket moved(*std::move(ticket));
            ticket.reset();
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, admission.counts().open);
        }
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, admission.counts().ended);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, admission.counts().failed);
    }

    void refusesBeyondTheLimit() {
        Admission admission(limited(2, Overflow::Refuse));
        auto first = admit(admission);
        const auto second = admit(admission);
        CPPUNIT_ASSERT(!admit(admission));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, admission.counts().refusedLimit);
        first.reset();
        CPPUNIT_ASSERT(admit(admission));
    }

    void holdsBeyondTheLimitUntilAPlaceIsFree() {
        Admission admission(limited(1, Overflow::Wait));
        auto first = admit(admission);
        auto held = hold(admission);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, admission.counts().refusedLimit);
        first.reset();
        CPPUNIT_ASSERT(held.get());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, admission.counts().held);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, admission.counts().holding);
    }

    void limitsEachClientByItself() {
        AdmissionOptions options;
        options.maxPerClient =
            1;  // refused even where overflow = wait: others must not stand behind
        Admission admission(options);
        auto one = admit(admission, client("10.0.0.1"));
        const auto other = admit(admission, client("10.0.0.2"));
        CPPUNIT_ASSERT(one);
        CPPUNIT_ASSERT(other);
        CPPUNIT_ASSERT(!admit(admission, client("10.0.0.1")));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, admission.counts().refusedLimit);
        one.reset();
        CPPUNIT_ASSERT(admit(admission, client("10.0.0.1")));
    }

    void takesAnIpv6NetworkForOneClient() {
        AdmissionOptions options;
        options.maxPerClient = 2;
        Admission admission(options);
        auto first = admit(admission, client("2001:db8::1"));
        const auto second = admit(admission, client("2001:db8::ffff:2"));
        CPPUNIT_ASSERT(first);
        CPPUNIT_ASSERT(second);
        CPPUNIT_ASSERT(!admit(admission, client("2001:db8:0:0:3::")));
        const auto other = admit(admission, client("2001:db8:0:1::1"));
        CPPUNIT_ASSERT(other);

        options.ipv6ClientPrefix = 128;
        admission.retune(Admission::Rules(options));
        const auto alone = admit(admission, client("2001:db8:0:0:3::"));
        CPPUNIT_ASSERT(alone);
        first.reset();  // is given back as what it was counted as
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, admission.counts().ended);
    }

    void tellsWhyItRefuses() {
        auto options = limited(1, Overflow::Refuse);
        options.deny = {ValueCodec<Network>::parse({"10.0.0.0/8", {}})};
        Admission admission(options);
        const auto first = admit(admission);
        const auto why = [&](std::string_view peer) {
            const auto answer = admission.admit(client(peer));
            return std::string(toString(std::get<Refusal>(answer)));
        };
        CPPUNIT_ASSERT_EQUAL(std::string("not allowed"), why("10.1.1.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("max_connections reached"), why("127.0.0.1"));
        admission.close();
        CPPUNIT_ASSERT_EQUAL(std::string("draining"), why("127.0.0.1"));
    }

    void refusesByAccessRuleBeforeAnyLimit() {
        auto options = limited(1, Overflow::Wait);
        options.deny = {ValueCodec<Network>::parse({"10.0.0.0/8", {}})};
        Admission admission(options);
        const auto first = admit(admission);
        CPPUNIT_ASSERT(!admit(admission, client("10.1.1.1")));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, admission.counts().refusedAccess);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, admission.counts().held);
    }

    void refusesBeyondTheRate() {
        AdmissionOptions options;
        options.rate = {2, std::chrono::hours(1)};
        options.overflow = Overflow::Refuse;
        Admission admission(options);
        CPPUNIT_ASSERT(admit(admission));
        CPPUNIT_ASSERT(admit(admission));
        CPPUNIT_ASSERT(!admit(admission));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, admission.counts().refusedRate);
    }

    void holdsBeyondTheRate() {
        using std::chrono::milliseconds;
        CPPUNIT_ASSERT(withGrowingTimes(milliseconds(200), [](milliseconds period) {
            AdmissionOptions options;
            options.rate = {1, period};
            Admission admission(options);
            CPPUNIT_ASSERT(admit(admission));
            const auto begun = std::chrono::steady_clock::now();
            for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(admit(admission));
            const auto took = std::chrono::steady_clock::now() - begun;
            CHECK(took >= 2 * period);
            return admission.counts().held >= 2;  // after a pause there is a token at once
        }));
    }

    void wakesHeldClientsWhenClosed() {
        Admission admission(limited(1, Overflow::Wait));
        const auto first = admit(admission);
        auto held = hold(admission);
        admission.close();
        CPPUNIT_ASSERT(!held.get());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, admission.counts().refusedDrain);
    }

    void wakesAHeldClientByItsStopToken() {
        Admission admission(limited(1, Overflow::Wait));
        const auto first = admit(admission);
        std::stop_source stop;
        auto held = hold(admission, stop.get_token());
        stop.request_stop();
        CPPUNIT_ASSERT(!held.get());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, admission.counts().refusedDrain);
    }

    void wakesThoseTheRateHoldsToo() {
        AdmissionOptions options;
        options.rate = {1, std::chrono::hours(1)};
        Admission admission(options);
        CPPUNIT_ASSERT(admit(admission));
        std::stop_source stop;
        auto stopped = hold(admission, stop.get_token());
        stop.request_stop();
        CPPUNIT_ASSERT(!stopped.get());
        auto closed = hold(admission);
        admission.close();
        CPPUNIT_ASSERT(!closed.get());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, admission.counts().refusedDrain);
    }

    void wakesHeldClientsWhenTheLimitRises() {
        Admission admission(limited(1, Overflow::Wait));
        const auto first = admit(admission);
        auto held = hold(admission);
        admission.retune(Admission::Rules(limited(2, Overflow::Wait)));
        CPPUNIT_ASSERT(held.get());
    }

    void wakesHeldClientsWhenTheRateRises() {
        AdmissionOptions options;
        options.rate = {1, std::chrono::hours(1)};
        Admission admission(options);
        CPPUNIT_ASSERT(admit(admission));
        auto held = hold(admission);
        options.rate = {};
        admission.retune(Admission::Rules(options));
        const auto woken = held.wait_for(kPatience) == std::future_status::ready;
        admission.close();  // so that a failure is told and not waited for
        CPPUNIT_ASSERT(woken);
        CPPUNIT_ASSERT(held.get());
    }

    void servesAgainAfterOpen() {
        Admission admission((AdmissionOptions()));
        admission.close();
        CPPUNIT_ASSERT(!admit(admission));
        admission.open();
        CPPUNIT_ASSERT(admit(admission));
    }

    void waitsUntilIdle() {
        using Clock = std::chrono::steady_clock;
        Admission admission((AdmissionOptions()));
        auto ticket = admit(admission);
        CPPUNIT_ASSERT(!admission.waitIdle(Clock::now() + std::chrono::milliseconds(10)));
        auto idle = std::async(std::launch::async,
                               [&] { return admission.waitIdle(Clock::now() + kPatience); });
        ticket.reset();
        CPPUNIT_ASSERT(idle.get());
    }

    void countsThoseItNeverSaw() {
        Admission admission((AdmissionOptions()));
        admission.countRefused(Refusal::Descriptors);
        admission.countRefused(Refusal::ProxyHeader);
        const auto counts = admission.counts();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, counts.accepted);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, counts.refusedDescriptors);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, counts.refusedAccess);
    }

private:
    // A client that is held by the time this returns; the future tells whether it was served.
    static std::future<bool> hold(Admission& admission, std::stop_token stop = {}) {
        const auto before = admission.counts().holding;
        auto served = std::async(std::launch::async, [&admission, stop = std::move(stop)] {
            return admit(admission, client(), stop).has_value();
        });
        CPPUNIT_ASSERT(waitUntil([&] { return admission.counts().holding > before; }));
        return served;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdmissionTest);

}  // namespace
}  // namespace berth::test
