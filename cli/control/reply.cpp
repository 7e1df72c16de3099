// cli/control/reply.cpp
#include "cli/control/reply.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cli/app/failure.h"

namespace berth::cli {
namespace {

constexpr std::array<std::pair<std::string_view, ExitCode>, 9> kExitCodes{{
    {"usage", ExitCode::Usage},
    {"unknown", ExitCode::Usage},
    {"bad-request", ExitCode::Usage},
    {"bad-value", ExitCode::Usage},
    {"too-long", ExitCode::Usage},
    {"bad-config", ExitCode::Configuration},
    {"denied", ExitCode::NoPermission},
    {"busy", ExitCode::TryAgain},
    {"timeout", ExitCode::TryAgain},
}};

[[noreturn]] void refuse() {
    throw Failure(ExitCode::Protocol,
                  "the answer is no reply of a control port; is the address right?");
}

std::string textOf(const Poco::JSON::Object& object, const std::string& key) {
    return object.has(key) && object.get(key).isString() ? object.getValue<std::string>(key) : "";
}

}  // namespace

ReplyStatus parseReplyStatus(std::string_view line) {
    if (line == "OK") return {.ok = true, .code = {}, .text = {}};
    if (line.starts_with("OK "))
        return {.ok = true, .code = {}, .text = std::string(line.substr(3))};
    if (!line.starts_with("ERR ")) refuse();
    const auto rest = line.substr(4);
    const auto blank = rest.find(' ');
    const auto text = blank == std::string_view::npos ? rest : rest.substr(blank + 1);
    return {.ok = false, .code = std::string(rest.substr(0, blank)), .text = std::string(text)};
}

ReplyStatus parseJsonReply(const std::string& line) {
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(32);
        const auto object = parser.parse(line).extract<Poco::JSON::Object::Ptr>();
        if (!object->get("ok").isBoolean()) refuse();
        return {.ok = object->getValue<bool>("ok"),
                .code = textOf(*object, "code"),
                .text = textOf(*object, "text")};
    } catch (const Poco::Exception&) {
        refuse();
    }
}

ExitCode exitCodeOf(const ReplyStatus& status) noexcept {
    if (status.ok) return ExitCode::Ok;
    const auto* const row = std::ranges::find_if(
        kExitCodes, [&](const auto& entry) { return entry.first == status.code; });
    return row == kExitCodes.end() ? ExitCode::Refused : row->second;
}

}  // namespace berth::cli
