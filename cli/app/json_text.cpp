// cli/app/json_text.cpp
#include "cli/app/json_text.h"

#include <sstream>

namespace berth::cli {

Poco::JSON::Array::Ptr arrayOf(const std::vector<std::string>& texts) {
    Poco::JSON::Array::Ptr array = new Poco::JSON::Array;
    for (const auto& text : texts) array->add(text);
    return array;
}

std::string jsonLine(const Poco::JSON::Object& object) {
    std::ostringstream text;
    object.stringify(text);
    return text.str();
}

}  // namespace berth::cli
