// cli/plugin/probe_text.cpp
#include "cli/plugin/probe_text.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include "cli/app/json_text.h"
#include "cli/plugin/kind_json.h"

namespace berth::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::vector<std::string> linesOf(const Object& object, const std::string& key) {
    std::vector<std::string> lines;
    for (const auto& line : *object.getArray(key)) lines.push_back(line.convert<std::string>());
    return lines;
}

FieldDescription fieldOf(const Object& object) {
    return {.key = object.getValue<std::string>("key"),
            .type = object.getValue<std::string>("type"),
            .defaultText = object.getValue<std::string>("default"),
            .range = object.getValue<std::string>("range"),
            .help = object.getValue<std::string>("help"),
            .required = object.getValue<bool>("required")};
}

KindDescription kindOf(const Object& object) {
    KindDescription kind{.name = object.getValue<std::string>("kind"),
                         .threadsOnly = object.getValue<bool>("threads_only"),
                         .fields = {}};
    for (const auto& field : *object.getArray("settings")) {
        kind.fields.push_back(fieldOf(*field.extract<Object::Ptr>()));
    }
    return kind;
}

}  // namespace

std::string formatProbe(const PluginProbe& probe) {
    Array::Ptr kinds = new Array;
    for (const auto& kind : probe.kinds) kinds->add(kindJson(kind));
    Object object;
    object.set("kinds", kinds);
    object.set("problems", arrayOf(probe.problems));
    object.set("warnings", arrayOf(probe.warnings));
    return jsonLine(object);
}

PluginProbe parseProbe(const std::string& text) {
    Poco::JSON::Parser parser;
    const auto object = parser.parse(text).extract<Object::Ptr>();
    PluginProbe probe;
    for (const auto& kind : *object->getArray("kinds")) {
        probe.kinds.push_back(kindOf(*kind.extract<Object::Ptr>()));
    }
    probe.problems = linesOf(*object, "problems");
    probe.warnings = linesOf(*object, "warnings");
    return probe;
}

}  // namespace berth::cli
