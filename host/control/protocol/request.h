// host/control/protocol/request.h - one line of a control client, understood.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace berth::host::control {

// Bytes of a request without its line end.
inline constexpr std::size_t kMaxRequestLength = 8192;

struct Request {
    bool json = false;               // the reply is wanted as JSON
    std::vector<std::string> words;  // the verb and its arguments; empty for a blank line
};

// Why a line is no request, as the text of a reply.
struct RequestError {
    bool json = false;
    std::string text;
};

[[nodiscard]] std::variant<Request, RequestError> parseRequest(std::string_view line);

}  // namespace berth::host::control
