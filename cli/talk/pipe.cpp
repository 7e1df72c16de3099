// cli/talk/pipe.cpp
#include "cli/talk/pipe.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "berth/units.h"
#include "cli/app/failure.h"
#include "cli/talk/service_output.h"

namespace berth::cli {
namespace {

// As much as a socket that poll() calls writable takes without waiting. Waiting there could end
// in a deadlock with a service that answers while it is sent to.
constexpr std::size_t kPiece = 4096;

class Pipe {
public:
    Pipe(Channel& channel, const Console& console, const TalkOptions& options)
        : channel_(channel),
          output_(console, options.raw),
          lineEnds_(options.lineEnd),
          silenceLimit_(options.silenceLimit),
          buffer_(std::size_t{64} << 10) {}

    void run() {
        while (!serviceEnded_) {
            const auto ready = waitForAny();
            if (ready.receive) receive();
            if (ready.send) sendSome();
            if (ready.input) readInput();
        }
        output_.finish();
    }

private:
    struct Ready {
        bool receive = false;
        bool send = false;
        bool input = false;
    };

    Ready waitForAny() {
        const bool readable = channel_.readable(std::chrono::milliseconds(0));
        const bool wantsInput = inputOpen_ && unsent_.empty();
        std::array<pollfd, 2> polls{
            pollfd{channel_.descriptor(),
                   static_cast<short>(POLLIN | (unsent_.empty() ? 0 : POLLOUT)), 0},
            pollfd{wantsInput ? STDIN_FILENO : -1, POLLIN, 0}};
        const int silence =
            silenceLimit_.count() > 0 ? static_cast<int>(silenceLimit_.count()) : -1;
        int count = 0;
        do {
            count = ::poll(polls.data(), polls.size(), readable ? 0 : silence);
        } while (count < 0 && errno == EINTR);
        if (count == 0 && !readable) {
            throw TransportFailure(ExitCode::TryAgain, channel_.name() + ": nothing was said for " +
                                                           formatDuration(silenceLimit_));
        }
        return {.receive = readable,
                .send = (polls[0].revents & POLLOUT) != 0,
                .input = polls[1].revents != 0};
    }

    void receive() {
        const auto bytes = channel_.receive(buffer_);
        serviceEnded_ = bytes.empty();
        output_.show(bytes);
    }

    void sendSome() {
        const auto piece = std::string_view(unsent_).substr(0, kPiece);
        channel_.send(piece);
        unsent_.erase(0, piece.size());
        finishWhenDone();
    }

    void readInput() {
        const auto count = ::read(STDIN_FILENO, buffer_.data(), kPiece);
        if (count < 0 && errno == EINTR) return;
        if (count < 0) {
            throw Failure(ExitCode::InputOutput,
                          "cannot read the input: " + std::generic_category().message(errno));
        }
        inputOpen_ = count > 0;
        unsent_ = lineEnds_.convert({buffer_.data(), static_cast<std::size_t>(count)});
        finishWhenDone();
    }

    void finishWhenDone() {
        if (!inputOpen_ && unsent_.empty()) channel_.finish();
    }

    Channel& channel_;
    ServiceOutput output_;
    LineEnds lineEnds_;
    std::chrono::milliseconds silenceLimit_;
    std::vector<char> buffer_;
    std::string unsent_;
    bool inputOpen_ = true;
    bool serviceEnded_ = false;
};

}  // namespace

void pipeThrough(Channel& channel, const Console& console, const TalkOptions& options) {
    Pipe(channel, console, options).run();
}

}  // namespace berth::cli
