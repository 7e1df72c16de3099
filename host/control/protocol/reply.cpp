// host/control/protocol/reply.cpp
#include "host/control/protocol/reply.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <sstream>
#include <utility>

#include "host/control/protocol/text.h"

namespace berth::host::control {
namespace {

void appendBodyLine(std::string& text, std::string_view line) {
    if (line.starts_with('.')) text += '.';
    text += printable(line);
    text += '\n';
}

Poco::JSON::Array::Ptr toArray(const std::vector<std::string>& lines) {
    Poco::JSON::Array::Ptr array = new Poco::JSON::Array;
    for (const auto& line : lines) array->add(printable(line));
    return array;
}

}  // namespace

Reply Reply::success(std::string text, std::vector<std::string> lines) {
    Reply reply;
    reply.text = std::move(text);
    reply.lines = std::move(lines);
    return reply;
}

Reply Reply::failure(std::string code, std::string text) {
    auto reply = success(std::move(text));
    reply.code = std::move(code);
    return reply;
}

Reply Reply::of(ChangeResult result) {
    auto reply = success(std::move(result.text), std::move(result.lines));
    if (result.error) reply.code = toString(*result.error);
    return reply;
}

std::string toText(const Reply& reply) {
    std::string text = reply.ok() ? "OK" : "ERR " + reply.code;
    if (!reply.text.empty()) text += ' ' + printable(reply.text);
    text += '\n';
    for (const auto& line : reply.lines) appendBodyLine(text, line);
    return text + ".\n";
}

std::string toJsonLine(const Reply& reply) {
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("ok", reply.ok());
    if (!reply.ok()) object.set("code", reply.code);
    object.set("text", printable(reply.text));
    if (!reply.data.isEmpty()) {
        object.set("data", reply.data);
    } else if (!reply.lines.empty()) {
        object.set("lines", toArray(reply.lines));
    }
    std::ostringstream out;
    object.stringify(out);
    return out.str() + '\n';
}

}  // namespace berth::host::control
