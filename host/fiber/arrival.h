// host/fiber/arrival.h - a client that was given to a loop and has no fiber there yet.
#pragma once

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/list_hook.hpp>

#include "host/fiber/fiber.h"

namespace berth::host {

// Until its fiber begins it can go on to another loop; from then on it stays.
class Arrival : public FiberTask {
public:
    virtual ~Arrival() = default;

    // From a thread that took it out of its loop, which does not turn: goes on to `loop`. What that
    // first loop may still know of it goes to Loop::bury().
    virtual void moveTo(Loop& loop) noexcept = 0;
    // On its loop: there was no stack for it; there may be one now.
    virtual void beginAgain() noexcept = 0;

    boost::intrusive::list_member_hook<> hook;
    bool expected = false;  // the loop's: in the list of those that it still has, not in another
};

using ArrivalList = boost::intrusive::list<
    Arrival,
    boost::intrusive::member_hook<Arrival, boost::intrusive::list_member_hook<>, &Arrival::hook>,
    boost::intrusive::constant_time_size<false>>;

}  // namespace berth::host
