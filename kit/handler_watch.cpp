// kit/handler_watch.cpp
#include "kit/handler_watch.h"

#include <unistd.h>

#include <cstdlib>

#include "berth/units.h"

namespace berth::kit {
namespace {

constexpr std::size_t kMostEndless = 3;  // the next ones would only take their time

}  // namespace

bool HandlerWatch::awaitEnd(std::uint64_t clients) {
    clients_ += clients;
    auto& sessions = bed_.sessions();
    static_cast<void>(sessions.waitAdmitted(clients_, plan_.patience));
    const bool ended = sessions.waitIdle(plan_.patience);
    if (reportBlocked()) skipRest(reporter_, "its handler holds up the loop");
    if (ended) return true;
    const auto limit = formatDuration(plan_.patience);
    reporter_.finding("never-ends", "the handler still runs " + limit +
                                        " after its client left: end when receive() brings "
                                        "nothing, and watch the client while you wait");
    requireEndAfterCut();
    if (++endless_ == kMostEndless) {
        skipRest(reporter_, "handlers had to be cut at too many steps before");
    }
    return false;
}

void HandlerWatch::cut(std::uint64_t clients) {
    clients_ += clients;
    static_cast<void>(bed_.sessions().waitAdmitted(clients_, plan_.patience));
    requireEndAfterCut();
}

void HandlerWatch::requireEndAfterCut() {
    bed_.sessions().cutAll();
    if (bed_.sessions().waitIdle(plan_.patience)) return;
    reporter_.finding("ignores-cut",
                      "the handler runs on " + formatDuration(plan_.patience) +
                          " after its connection was cut: wait with Connection::wait(), and let "
                          "ConnectionLost pass: no catch (...) around a call on the connection");
    reporter_.abandon();
}

bool HandlerWatch::reportBlocked() {
    const auto waited = bed_.takeLongestWait();
    if (waited < plan_.loopLimit) return false;
    reporter_.finding("blocks-loop", "another client of the loop waited " + formatDuration(waited) +
                                         " for its answer: use Context::blocking(), or say "
                                         "Execution::ThreadsOnly");
    return true;
}

void skipRest(Reporter& reporter, std::string_view why) {
    reporter.skipRest(why);
    ::_exit(EXIT_SUCCESS);
}

}  // namespace berth::kit
