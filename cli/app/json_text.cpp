// cli/app/json_text.cpp
#include "cli/app/json_text.h"

#include <sstream>

#include "berth/detail/utf8.h"

namespace berth::cli {

Poco::JSON::Array::Ptr arrayOf(const std::vector<std::string>& texts) {
    Poco::JSON::Array::Ptr array = new Poco::JSON::Array;
    for (const auto& text : texts) array->add(text);
    return array;
}

std::string jsonLine(const Poco::JSON::Object& object) {
    std::ostringstream text;
    object.stringify(text);
    // Paths hold any bytes; JSON does not.
    return detail::wellFormedUtf8(text.str());
}

}  // namespace berth::cli
