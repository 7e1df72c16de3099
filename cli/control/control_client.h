// cli/control/control_client.h - asks the control port of a running host.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cli/app/console.h"
#include "cli/control/control_target.h"
#include "cli/control/reply.h"
#include "cli/net/channel.h"
#include "cli/net/channel_reader.h"
#include "cli/net/connect_options.h"

namespace berth::cli {

// One connection, opened for this user: over TCP the token is sent first. Move-only.
//
// Throws: Failure when no address answers, the token is refused, or the reply is none.
class ControlClient {
public:
    ControlClient(const ControlTarget& target, const ConnectOptions& options,
                  const Console& console);

    // Called with each line of a reply: the status first, then the body's lines as they come.
    using OnStatus = std::function<void(const ReplyStatus& status)>;
    using OnLine = std::function<void(std::string_view line)>;

    // Sends one request and reads its reply to the end.
    ReplyStatus ask(std::span<const std::string> words, const OnStatus& onStatus,
                    const OnLine& onLine);

    // The same in JSON: returns the line that is the reply.
    [[nodiscard]] std::string askJson(std::span<const std::string> words);

private:
    void authenticate(const ControlTarget& target, const Console& console);
    void send(const std::string& prefix, std::span<const std::string> words);
    [[nodiscard]] std::string nextLine(std::size_t limit);

    std::unique_ptr<Channel> channel_;  // stays in place for the reader when this is moved
    ChannelReader reader_;
};

}  // namespace berth::cli
