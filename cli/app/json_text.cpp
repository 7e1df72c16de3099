// cli/app/json_text.cpp
#include "cli/app/json_text.h"

#include <sstream>

namespace berth::cli {

std::string jsonLine(const Poco::JSON::Object& object) {
    std::ostringstream text;
    object.stringify(text);
    return text.str();
}

}  // namespace berth::cli
