// cli/control/control_client.cpp
#include "cli/control/control_client.h"

#include <utility>

#include "berth/words.h"
#include "cli/app/failure.h"
#include "cli/control/token_file.h"

namespace berth::cli {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 20;
constexpr std::size_t kLongestReply = std::size_t{64} << 20;

ConnectOptions optionsFor(const Endpoint& endpoint, ConnectOptions options,
                          const ControlTarget& target) {
    if (endpoint.kind == Endpoint::Kind::Unix) {
        options.tls.enabled = false;
    } else if (!target.certificate.empty()) {
        options.tls.enabled = true;
        if (options.tls.authorities.empty()) options.tls.authorities = target.certificate;
    }
    return options;
}

// The first address that answers; the last failure when none does.
std::unique_ptr<Channel> connectToAny(const ControlTarget& target, const ConnectOptions& options) {
    for (std::size_t i = 0; i + 1 < target.endpoints.size(); ++i) {
        const auto& endpoint = target.endpoints[i];
        try {
            return std::make_unique<Channel>(endpoint, optionsFor(endpoint, options, target));
        } catch (const Failure&) {
            continue;  // the next address may answer; the last one tells why not
        }
    }
    const auto& last = target.endpoints.back();
    try {
        return std::make_unique<Channel>(last, optionsFor(last, options, target));
    } catch (const TransportFailure& error) {
        throw TransportFailure(error.code(),
                               std::string(error.what()) + " (address from " + target.source + ")");
    }
}

}  // namespace

ControlClient::ControlClient(const ControlTarget& target, const ConnectOptions& options,
                             const Console& console)
    : channel_(connectToAny(target, options)), reader_(*channel_) {
    authenticate(target, console);
}

void ControlClient::authenticate(const ControlTarget& target, const Console& console) {
    if (channel_->name().starts_with("unix:")) return;
    if (target.tokenFile.empty()) {
        throw Failure(ExitCode::NoPermission, channel_->name() +
                                                  ": asks for a token; name its file with "
                                                  "--token-file, or the host's ini with --config");
    }
    const std::string request[] = {"auth", readToken(target.tokenFile, console)};
    const auto status = ask(request, {}, {});
    if (status.ok) return;
    const auto hint = status.code == "denied"
                          ? "; is " + target.tokenFile.string() + " the token of this host?"
                          : std::string();
    throw Failure(exitCodeOf(status), channel_->name() + ": " + status.text + hint);
}

void ControlClient::send(const std::string& prefix, std::span<const std::string> words) {
    auto line = prefix;
    for (const auto& word : words) {
        if (word.find_first_of(std::string_view("\n\r\0", 3)) != std::string::npos) {
            throw Failure(ExitCode::Usage, "an argument holds a line break, which no request can");
        }
        line += (line.empty() ? "" : " ") + quoteWord(word);
    }
    try {
        channel_->send(line + "\n");
    } catch (const TransportFailure&) {
        // A host that turns a client away says why and closes, perhaps before it was asked.
        if (!channel_->readable(std::chrono::milliseconds(0))) throw;
    }
}

std::string ControlClient::nextLine(std::size_t limit) {
    if (auto line = reader_.readLine(limit)) return *std::move(line);
    throw TransportFailure(ExitCode::Unavailable,
                           channel_->name() + ": closed the connection before its reply ended");
}

ReplyStatus ControlClient::ask(std::span<const std::string> words, const OnStatus& onStatus,
                               const OnLine& onLine) {
    send({}, words);
    auto status = parseReplyStatus(nextLine(kLongestLine));
    if (onStatus) onStatus(status);
    std::size_t received = 0;
    for (auto line = nextLine(kLongestLine); !endsReply(line); line = nextLine(kLongestLine)) {
        received += line.size() + 1;
        if (received > kLongestReply) {
            throw Failure(ExitCode::Protocol, channel_->name() + ": the reply never ends");
        }
        if (onLine) onLine(bodyLine(line));
    }
    return status;
}

std::string ControlClient::askJson(std::span<const std::string> words) {
    send("json", words);
    return nextLine(kLongestReply);
}

}  // namespace berth::cli
