// cli/plugin/kind_json.cpp
#include "cli/plugin/kind_json.h"

#include <Poco/JSON/Array.h>

namespace berth::cli {
namespace {

using Poco::JSON::Object;

Object::Ptr newObject() {
    return new Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

Object::Ptr fieldJson(const FieldDescription& field) {
    auto object = newObject();
    object->set("key", field.key);
    object->set("type", field.type);
    object->set("default", field.defaultText);
    object->set("range", field.range);
    object->set("required", field.required);
    object->set("help", field.help);
    return object;
}

}  // namespace

Object::Ptr kindJson(const KindDescription& kind) {
    Poco::JSON::Array::Ptr fields = new Poco::JSON::Array;
    for (const auto& field : kind.fields) fields->add(fieldJson(field));
    auto object = newObject();
    object->set("kind", kind.name);
    object->set("threads_only", kind.threadsOnly);
    object->set("settings", fields);
    return object;
}

}  // namespace berth::cli
