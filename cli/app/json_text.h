// cli/app/json_text.h - JSON as the tool prints it.
#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace berth::cli {

// The texts as a JSON array, in their order.
[[nodiscard]] Poco::JSON::Array::Ptr arrayOf(const std::vector<std::string>& texts);

// The object on one line.
[[nodiscard]] std::string jsonLine(const Poco::JSON::Object& object);

}  // namespace berth::cli
