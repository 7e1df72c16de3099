// plugins/upload/silence.cpp
#include "upload/silence.h"

#include <algorithm>
#include <chrono>

#include "berth/errors.h"
#include "upload/refusal.h"

namespace berth::upload {
namespace {

using std::chrono::milliseconds;

// Divides the client's idle timeout into turns, and gives it back when it goes.
class Turns {
public:
    explicit Turns(Connection& client) : client_(client), usual_(client.timeout()) {}
    Turns(const Turns&) = delete;
    Turns& operator=(const Turns&) = delete;
    ~Turns() { client_.setTimeout(usual_); }

    void begin() {
        turn_ = limited() ? std::min(kSilence, usual_ - silent_) : kSilence;
        client_.setTimeout(turn_);
    }
    // A turn passed in which bytes came until its last silence, or none came. False when the idle
    // timeout is over.
    [[nodiscard]] bool end(bool bytesCame) {
        silent_ = bytesCame ? turn_ : silent_ + turn_;
        return !limited() || silent_ < usual_;
    }

private:
    [[nodiscard]] bool limited() const noexcept { return usual_.count() > 0; }

    Connection& client_;
    const milliseconds usual_;
    milliseconds turn_{0};
    milliseconds silent_{0};
};

}  // namespace

bool copyUnlessTaken(Connection& client, Context& context, IncomingFile& file, Sink& sink,
                     std::uint64_t count) {
    Turns turns(client);
    const auto end = file.received() + count;
    for (;;) {
        const auto before = file.received();
        turns.begin();
        try {
            const auto wanted = end - before;
            return client.copyTo(sink, wanted) == wanted;
        } catch (const TimedOut&) {
            if (!turns.end(file.received() > before)) throw;
        }
        if (context.blocking([&] { return file.isClaimed(); })) {
            throw Refusal(RefusalCode::TakenOver, "a newer connection goes on with this file",
                          file.received());
        }
    }
}

}  // namespace berth::upload
