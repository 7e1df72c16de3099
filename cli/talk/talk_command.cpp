// cli/talk/talk_command.cpp
#include "cli/talk/talk_command.h"

#include <unistd.h>

#include <string>
#include <vector>

#include "cli/app/failure.h"
#include "cli/net/channel.h"
#include "cli/talk/conversation.h"
#include "cli/talk/pipe.h"
#include "cli/talk/talk_options.h"

namespace berth::cli {
namespace {

constexpr auto kTalkDetails =
    "On a terminal: edit lines with the usual keys, Up and Ctrl-R for earlier ones (kept in\n"
    "$XDG_STATE_HOME/berth/history; a line that begins with a blank is not kept), Ctrl-D to end\n"
    "your side. What could drive the terminal is shown as text; --raw shows it as it is.\n"
    "In a pipe: standard input is sent to its end, and all that comes back is printed.\n";

LineEnd lineEndOf(const Arguments& arguments) {
    if (arguments.has("crlf") && arguments.has("no-newline")) {
        throw Failure(ExitCode::Usage, "talk: --crlf and --no-newline exclude each other");
    }
    if (arguments.has("crlf")) return LineEnd::CarriageReturnNewline;
    return arguments.has("no-newline") ? LineEnd::None : LineEnd::Newline;
}

int talk(const Invocation& call) {
    const auto& operands = call.arguments.operands();
    if (operands.size() != 1) {
        throw Failure(ExitCode::Usage, "talk: give one HOST:PORT; see berth help talk");
    }
    auto connect = connectOptions(call.arguments, std::chrono::milliseconds(0));
    const TalkOptions options{.lineEnd = lineEndOf(call.arguments),
                              .raw = call.arguments.has("raw"),
                              .history = !call.arguments.has("no-history"),
                              .silenceLimit = connect.silenceLimit};
    Channel channel(parseEndpoint(operands.front()), connect);
    if (::isatty(STDIN_FILENO) == 1 && call.console.outputIsTerminal()) {
        converse(channel, call.console, options);
    } else {
        pipeThrough(channel, call.console, options);
    }
    return 0;
}

}  // namespace

Command talkCommand() {
    std::vector<Option> options{{"crlf", "C", "", "End the lines that are sent with CR LF."},
                                {"no-newline", "", "", "Send the lines without their ends."},
                                {"raw", "", "", "Show control characters as they are."},
                                {"no-history", "", "", "Neither read nor keep the history."}};
    const auto more = connectOptionRows("Longest silence of both sides in a pipe; default none.");
    options.insert(options.end(), more.begin(), more.end());
    return {.name = "talk",
            .usage = "HOST:PORT",
            .summary = "Talks to a service by hand, or joins it with a pipe",
            .details = kTalkDetails,
            .group = Command::Group::Service,
            .options = std::move(options),
            .run = talk};
}

}  // namespace berth::cli
