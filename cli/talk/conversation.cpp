// cli/talk/conversation.cpp
#include "cli/talk/conversation.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "cli/talk/line_editor.h"
#include "cli/talk/line_history.h"
#include "cli/talk/service_output.h"

namespace berth::cli {
namespace {

// A line that has not ended may still go on; the prompt comes after this pause.
constexpr std::chrono::milliseconds kSettle{50};

class Conversation {
public:
    Conversation(Channel& channel, const Console& console, const TalkOptions& options)
        : channel_(channel),
          console_(console),
          lineEnd_(textOf(options.lineEnd)),
          output_(console, options.raw),
          buffer_(std::size_t{16} << 10) {
        const auto file = options.history ? historyFile() : std::nullopt;
        if (file) history_.emplace(*file);
        editor_.emplace([this] { return waitForKey(); }, history_ ? &*history_ : nullptr);
    }

    void run() {
        while (const auto line = editor_->readLine()) channel_.send(*line + lineEnd_);
        if (failure_) std::rethrow_exception(failure_);
        if (serviceEnded_) return;
        console_.write("\n");
        channel_.finish();
        while (!serviceEnded_) receive();
        output_.finish();
        output_.endLine();
    }

private:
    // What the service says is shown meanwhile. No exception may pass through libedit.
    bool waitForKey() noexcept {
        try {
            while (!keyIsThere()) {
                showArrivals();
                if (serviceEnded_) return false;
            }
            return true;
        } catch (...) {
            failure_ = std::current_exception();
            return false;
        }
    }

    // Waits for either side; false when it was the service. A signal, such as that of a resized
    // window, only makes it look again.
    bool keyIsThere() {
        std::array<pollfd, 2> polls{pollfd{STDIN_FILENO, POLLIN, 0},
                                    pollfd{channel_.descriptor(), POLLIN, 0}};
        while (!channel_.readable(std::chrono::milliseconds(0))) {
            const int count = ::poll(polls.data(), polls.size(), -1);
            if (count > 0 && polls[0].revents != 0) return true;
        }
        return false;
    }

    void showArrivals() {
        console_.write(LineEditor::clearPrompt());
        do {
            receive();
        } while (!serviceEnded_ &&
                 channel_.readable(output_.lineOpen() ? kSettle : std::chrono::milliseconds(0)));
        output_.endLine();
        if (!serviceEnded_) editor_->redraw();
    }

    void receive() {
        const auto bytes = channel_.receive(buffer_);
        serviceEnded_ = bytes.empty();
        if (!serviceEnded_) output_.show(bytes);
    }

    Channel& channel_;
    const Console& console_;
    const std::string lineEnd_;
    ServiceOutput output_;
    std::vector<char> buffer_;
    bool serviceEnded_ = false;
    std::exception_ptr failure_;
    std::optional<LineHistory> history_;
    std::optional<LineEditor> editor_;
};

}  // namespace

void converse(Channel& channel, const Console& console, const TalkOptions& options) {
    Conversation(channel, console, options).run();
}

}  // namespace berth::cli
