// plugins/exec/request_reader.h - finds where one request ends and the next begins.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "berth/buffered_reader.h"
#include "exec/request_error.h"
#include "exec/settings.h"

namespace berth::exec {

// A request ends with its line. With raw framing it also ends when the client pauses, for clients
// that send no newline. From its first byte on it may take as long as the Connection's timeout.
//
// Lifetime: borrows the reader; keeps nothing of its own between requests.
// Throws:   as the reader; TimedOut when a request does not end in time.
class RequestReader {
public:
    static constexpr std::chrono::milliseconds kPause{20};

    RequestReader(BufferedReader& reader, Framing framing, std::size_t longest) noexcept
        : reader_(reader), framing_(framing), longest_(longest) {}

    // The next request without its line end, or the error of one that is too long, which is then
    // taken and thrown away as far as it goes. Nothing at the end of input.
    [[nodiscard]] std::optional<std::variant<std::string, RequestError>> next();

private:
    using Request = std::variant<std::string, RequestError>;

    [[nodiscard]] std::optional<Request> read();
    [[nodiscard]] BufferedReader::Fill more();
    [[nodiscard]] std::string take(std::size_t count, std::size_t lineEnd);
    void discard();

    BufferedReader& reader_;
    Framing framing_;
    std::size_t longest_;
};

}  // namespace berth::exec
