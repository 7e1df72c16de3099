// plugins/upload/reply.cpp
#include "upload/reply.h"

#include <Poco/JSONString.h>

#include "berth/detail/utf8.h"

namespace berth::upload {

Reply& Reply::add(std::string_view name, std::uint64_t number) {
    addRaw(name, std::to_string(number));
    return *this;
}

Reply& Reply::add(std::string_view name, bool yes) {
    addRaw(name, yes ? "true" : "false");
    return *this;
}

Reply& Reply::add(std::string_view name, const std::string& text) {
    // The JSON library's own messages show bytes of a header as they came.
    addRaw(name, Poco::toJSON(detail::wellFormedUtf8(text)));
    return *this;
}

void Reply::addRaw(std::string_view name, std::string_view value) {
    text_ += ",\"";
    text_ += name;
    text_ += "\":";
    text_ += value;
}

}  // namespace berth::upload
