// tests/fuzz/client_replies_fuzz.cpp - what a server says to the command-line tool: frames, replies
// of the control port, answers of an upload; and addresses that people type.
#include <string>
#include <vector>

#include "cli/app/failure.h"
#include "cli/control/reply.h"
#include "cli/net/endpoint.h"
#include "cli/net/json_extent.h"
#include "cli/put/upload_protocol.h"
#include "cli/run/frame_parser.h"
#include "fuzz/fuzz_target.h"

namespace berth::fuzz {
namespace {

struct Frames {
    std::string out;
    std::string err;
    bool ended = false;
    bool refused = false;

    bool operator==(const Frames&) const = default;
};

Frames parseFrames(const std::vector<std::string_view>& pieces) {
    Frames frames;
    cli::FrameParser parser([&](cli::FrameParser::Stream stream, std::string_view bytes) {
        (stream == cli::FrameParser::Stream::Out ? frames.out : frames.err) += bytes;
    });
    try {
        for (const auto piece : pieces) {
            if (parser.feed(piece)) {
                frames.ended = true;
                break;
            }
        }
    } catch (const cli::Failure&) {
        frames.refused = true;
    }
    return frames;
}

// Every parser of a reply takes it, or says that it is none.
template <class Parse>
void readReply(Parse parse) {
    try {
        static_cast<void>(parse());
    } catch (const cli::Failure& failure) {
        require(*failure.what() != '\0', "a failure says why");
    }
}

void readAddress(const std::string& text) {
    try {
        const auto endpoint = cli::parseEndpoint(text);
        require(cli::parseEndpoint(toString(endpoint)) == endpoint, "an address is kept");
    } catch (const cli::Failure& failure) {
        require(*failure.what() != '\0', "a failure says why");
    }
}

}  // namespace

void target(std::string_view input) {
    const Splitter split(input);
    require(parseFrames({split.whole}) == parseFrames({split.first, split.second}),
            "frames do not depend on the pieces");
    cli::JsonExtent whole;
    const auto extent = whole.feed(split.whole);
    cli::JsonExtent parts;
    auto taken = parts.feed(split.first);
    if (taken == split.first.size()) taken += parts.feed(split.second);
    require(taken == extent && parts.complete() == whole.complete(), "nor does an object's end");
    const std::string text(split.whole);
    readReply([&] { return cli::parseReplyStatus(text); });
    readReply([&] { return cli::parseJsonReply(text); });
    readReply([&] { return cli::parseUploadAnswer(text); });
    readAddress(text.substr(0, text.find('\n')));
}

}  // namespace berth::fuzz
