// tests/fuzz/model/control_reply.cpp
#include "fuzz/model/control_reply.h"

#include <algorithm>

#include "fuzz/model/json.h"

namespace berth::fuzz {
namespace {

bool takeTextReply(const std::string& code, std::string_view& written) {
    const auto first = code.empty() ? std::string("OK") : "ERR " + code;
    std::string_view line;
    if (!takeLine(written, line) || !line.starts_with(first) || !isPrintable(line)) return false;
    const auto text = line.substr(first.size());
    if (!text.empty() && !text.starts_with(' ')) return false;
    if (!code.empty() && text.size() < 2) return false;
    while (takeLine(written, line)) {
        if (line == ".") return true;
        if (!isPrintable(line) || (line.starts_with('.') && !line.starts_with(".."))) return false;
    }
    return false;
}

bool takeJsonReply(const std::string& code, std::string_view& written) {
    std::string_view line;
    if (!takeLine(written, line) || !isPrintable(line)) return false;
    const auto reply = parseJson(line);
    if (!reply || reply->kind != Json::Kind::Object) return false;
    constexpr std::string_view kNames = " ok code text data lines ";
    for (const auto& name : reply->names) {
        if (kNames.find(' ' + name + ' ') == kNames.npos) return false;
    }
    const auto* ok = reply->find("ok");
    const auto* shown = reply->find("code");
    const auto* text = reply->find("text");
    if (ok == nullptr || text == nullptr || text->kind != Json::Kind::Text) return false;
    if (code.empty()) return ok->kind == Json::Kind::True && shown == nullptr;
    return ok->kind == Json::Kind::False && shown != nullptr && shown->text == code;
}

}  // namespace

void expectReply(const std::string& code, bool json, Expected& expected) {
    expected.add((json ? "json " : "") + (code.empty() ? "OK" : "ERR " + code),
                 [code, json](std::string_view& written) {
                     return json ? takeJsonReply(code, written) : takeTextReply(code, written);
                 });
}

}  // namespace berth::fuzz
