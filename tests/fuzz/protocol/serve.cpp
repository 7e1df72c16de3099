// tests/fuzz/protocol/serve.cpp
#include "fuzz/protocol/serve.h"

#include "berth/errors.h"
#include "fuzz/protocol/scripted_connection.h"

namespace berth::fuzz {

std::string serve(Service& service, const Script& script) {
    ScriptedConnection client(script, kPatience);
    try {
        service.handle(client);
    } catch (const ConnectionLost&) {
        return client.received();
    } catch (const TimedOut&) {
        return client.received();
    }
    return client.received();
}

}  // namespace berth::fuzz
