// host/plugin/plugin_error.h - why a plugin or one of its services cannot be used.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace berth::host {

// The text on one line: what a plugin's exception says may hold anything.
[[nodiscard]] std::string singleLine(std::string_view text);

// One line: what happened, where, what to do. Holds copied text only, never an object of a type
// that a plugin defines.
class PluginError : public std::runtime_error {
public:
    explicit PluginError(std::string_view message) : std::runtime_error(singleLine(message)) {}
    ~PluginError() override;
};

// No plugin offers the kind: what is wrong may be the name rather than a plugin.
class UnknownKind final : public PluginError {
public:
    using PluginError::PluginError;
    ~UnknownKind() override;
};

}  // namespace berth::host
