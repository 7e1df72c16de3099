// sdk/src/drained.cpp
#include "berth/drained.h"

namespace berth {

bool drained(const Context& context, BufferedReader& reader, std::chrono::milliseconds patience) {
    if (!context.draining() || !reader.pending().empty()) return false;
    const auto came = reader.connection().wait({}, patience, ClientEvent::Input);
    return !has(came.client, ClientEvent::Input);
}

}  // namespace berth
