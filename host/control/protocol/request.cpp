// host/control/protocol/request.cpp
#include "host/control/protocol/request.h"

#include <utility>

#include "berth/words.h"
#include "host/control/protocol/text.h"

namespace berth::host::control {
namespace {

constexpr std::string_view kJsonPrefix = "json";

// Also for lines that cannot be split: who asks for JSON gets the error as JSON.
bool startsWithJson(std::string_view line) {
    const auto start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) return false;
    line.remove_prefix(start);
    return line.substr(0, line.find_first_of(" \t")) == kJsonPrefix;
}

std::string describe(const BadByte& bad) {
    const auto what = bad.controlCharacter ? " is a control character" : " is not UTF-8";
    return "byte " + std::to_string(bad.offset + 1) + " of the request" + what;
}

}  // namespace

std::variant<Request, RequestError> parseRequest(std::string_view line) {
    const bool json = startsWithJson(line);
    if (const auto bad = findBadByte(line)) return RequestError{json, describe(*bad)};
    auto split = splitWords(line);
    if (const auto* error = std::get_if<WordsError>(&split)) {
        return RequestError{json, error->message + " (byte " + std::to_string(error->offset + 1) +
                                      " of the request)"};
    }
    Request request{json, std::get<std::vector<std::string>>(std::move(split))};
    if (json) {
        request.words.erase(request.words.begin());
        if (request.words.empty()) {
            return RequestError{json, "json stands before a request, as in: json status"};
        }
    }
    return request;
}

}  // namespace berth::host::control
