// host/plugin/plugin_calls.cpp
#include "host/plugin/plugin_calls.h"

#include "berth/units.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {

void PluginCalls::end(Call& call) const noexcept {
    if (call.exchange(Phase::Ended) == Phase::GivenUp) --*stuck_;
}

void PluginCalls::giveUp(Call& call, const std::string& what) const {
    // Counted before it is told, so that end() never takes away what was not added yet.
    ++*stuck_;
    if (call.exchange(Phase::GivenUp) == Phase::Ended) --*stuck_;
    throw PluginError(what + ": the plugin's code did not come back within " +
                      formatDuration(limit_) +
                      "; its thread is left behind. Raise load_timeout in [host] if it needs "
                      "longer");
}

}  // namespace berth::host
