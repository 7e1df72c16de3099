// cli/plugin/kind_json.h - a kind of service and its settings as JSON.
#pragma once

#include <Poco/JSON/Object.h>

#include "cli/plugin/plugin_probe.h"

namespace berth::cli {

// {"kind": ..., "threads_only": ..., "settings": [{"key": ..., "type": ..., ...}]}
[[nodiscard]] Poco::JSON::Object::Ptr kindJson(const KindDescription& kind);

}  // namespace berth::cli
