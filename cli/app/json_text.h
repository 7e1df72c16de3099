// cli/app/json_text.h - JSON as the tool prints it.
#pragma once

#include <Poco/JSON/Object.h>

#include <string>

namespace berth::cli {

// The object on one line.
[[nodiscard]] std::string jsonLine(const Poco::JSON::Object& object);

}  // namespace berth::cli
