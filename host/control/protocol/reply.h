// host/control/protocol/reply.h - what the control port answers to one request.
#pragma once

#include <Poco/Dynamic/Var.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/change/change_result.h"

namespace berth::host::control {

struct Reply {
    std::string code;                // empty: it went well
    std::string text;                // of the first line
    std::vector<std::string> lines;  // the body
    Poco::Dynamic::Var data;         // the same for programs, as Poco's JSON objects; may be empty
    std::chrono::milliseconds delay{0};  // to wait before the reply is sent
    bool close = false;                  // the connection ends after this reply
    std::function<void()> afterwards;    // runs when the reply was sent, or could not be

    [[nodiscard]] bool ok() const noexcept { return code.empty(); }

    static Reply success(std::string text, std::vector<std::string> lines = {});
    static Reply failure(std::string code, std::string text);
    static Reply of(ChangeResult result);
};

// The reply as lines: `OK text` or `ERR code text`, the body with dots doubled at the start of a
// line, and the line of a single dot.
[[nodiscard]] std::string toText(const Reply& reply);

// The reply as one line that holds one JSON object: ok, code, text, and data or lines.
[[nodiscard]] std::string toJsonLine(const Reply& reply);

}  // namespace berth::host::control
