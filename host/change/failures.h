// host/change/failures.h - what is thrown while a change is prepared, as its outcome.
#pragma once

#include <Poco/Exception.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "host/base/poco_text.h"
#include "host/change/change_result.h"
#include "host/listen/listen_error.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {

// Adds the service's name to what the call throws, keeping the kind of error.
template <class Call>
auto named(const std::string& service, Call&& call) {
    const auto prefix = "service \"" + service + "\": ";
    try {
        return call();
    } catch (const PluginError& error) {
        throw PluginError(prefix + error.what());
    } catch (const ListenError& error) {
        throw ListenError(prefix + error.what());
    } catch (const Poco::Exception& error) {
        throw std::runtime_error(prefix + textOf(error));
    } catch (const std::exception& error) {
        throw std::runtime_error(prefix + error.what());
    }
}

// Why the call failed; nothing: it did not.
template <class Call>
std::optional<ChangeResult> failureOf(Call&& call) {
    try {
        call();
        return std::nullopt;
    } catch (const ListenError& error) {
        return ChangeResult::failure(ChangeError::Address, error.what());
    } catch (const PluginError& error) {
        return ChangeResult::failure(ChangeError::BadPlugin, error.what());
    } catch (const std::exception& error) {
        return ChangeResult::failure(ChangeError::Failed, error.what());
    }
}

}  // namespace berth::host
