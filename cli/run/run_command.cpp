// cli/run/run_command.cpp
#include "cli/run/run_command.h"

#include <memory>
#include <span>
#include <string>

#include "berth/words.h"
#include "cli/app/failure.h"
#include "cli/net/channel.h"
#include "cli/net/channel_reader.h"
#include "cli/net/connect_options.h"
#include "cli/run/command_report.h"
#include "cli/run/exit_status.h"
#include "cli/run/frame_parser.h"

namespace berth::cli {
namespace {

constexpr auto kRunDetails =
    "Prints the command's output and errors as they come and ends with its exit status. Ctrl-C\n"
    "closes the connection, and the service then ends the command. When the service refuses:\n"
    "124 it ran too long, 125 the service ended it, 126 it may not be run so, 127 there is no\n"
    "such command, 128+N it was ended by signal N; 75 the service is busy.\n";

std::string requestLine(std::span<const std::string> words) {
    std::string line;
    for (const auto& word : words) {
        if (word.find_first_of(std::string_view("\n\r\0", 3)) != std::string::npos) {
            throw Failure(ExitCode::Usage,
                          "run: an argument holds a line break, which a request cannot carry");
        }
        line += (line.empty() ? "" : " ") + quoteWord(word);
    }
    return line + "\n";
}

CommandEnd runRemotely(Channel& channel, const std::string& request, CommandReport& report) {
    FrameParser parser([&](auto stream, auto bytes) { report.output(stream, bytes); });
    ChannelReader reader(channel);
    channel.send(request);
    for (auto piece = reader.readPiece(); !piece.empty(); piece = reader.readPiece()) {
        if (parser.feed(piece)) return parser.end();
    }
    throw TransportFailure(ExitCode::Unavailable,
                           channel.name() + ": closed the connection before the command ended");
}

int runRemoteCommand(const Invocation& call) {
    const auto& operands = call.arguments.operands();
    if (operands.size() < 2) {
        throw Failure(ExitCode::Usage, "run: give HOST:PORT and a command; see berth help run");
    }
    const auto request = requestLine(std::span(operands).subspan(1));
    Channel channel(parseEndpoint(operands.front()),
                    connectOptions(call.arguments, std::chrono::milliseconds(0)));
    std::unique_ptr<CommandReport> report;
    if (call.arguments.has("json")) {
        report = std::make_unique<JsonReport>(call.console);
    } else {
        report = std::make_unique<StreamReport>(call.console);
    }
    const auto end = runRemotely(channel, request, *report);
    report->end(end);
    return exitStatusOf(end);
}

}  // namespace

Command runCommand() {
    auto options = connectOptionRows("Longest silence of the command; without it none.");
    options.insert(options.begin(), {"json", "j", "", "Print the result as one JSON object."});
    return {.name = "run",
            .usage = "HOST:PORT COMMAND...",
            .summary = "Runs a command of an exec service",
            .details = kRunDetails,
            .group = Command::Group::Service,
            .options = std::move(options),
            .freeAfter = 1,
            .run = runRemoteCommand};
}

}  // namespace berth::cli
