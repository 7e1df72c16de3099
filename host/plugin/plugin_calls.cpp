// host/plugin/plugin_calls.cpp
#include "host/plugin/plugin_calls.h"

#include <system_error>
#include <utility>

#include "berth/units.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {

std::thread PluginCalls::start(const std::string& what, std::function<void()> call) {
    try {
        return std::thread(std::move(call));
    } catch (const std::system_error& error) {
        throw PluginError(what + ": no thread can be started for it: " + error.what());
    }
}

void PluginCalls::end(Call& call) const noexcept {
    if (call.exchange(Phase::Ended) == Phase::GivenUp) --*stuck_;
}

void PluginCalls::giveUp(Call& call, const std::string& what,
                         std::chrono::milliseconds limit) const {
    // Counted before it is told, so that end() never takes away what was not added yet.
    ++*stuck_;
    if (call.exchange(Phase::GivenUp) == Phase::Ended) --*stuck_;
    throw PluginError(what + ": the plugin's code did not come back within " +
                      formatDuration(limit) +
                      "; its thread is left behind. Raise load_timeout in [host] if it needs "
                      "longer");
}

}  // namespace berth::host
