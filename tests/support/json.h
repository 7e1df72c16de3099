// tests/support/json.h - a line of JSON as an object.
#pragma once

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <string>

namespace berth::test {

inline Poco::JSON::Object::Ptr parsed(const std::string& line) {
    Poco::JSON::Parser parser;
    return parser.parse(line).extract<Poco::JSON::Object::Ptr>();
}

}  // namespace berth::test
