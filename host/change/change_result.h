// host/change/change_result.h - what became of a request to change the running host.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::host {

enum class ChangeError {
    NotFound,   // no service, plugin or connection of that name
    BadConfig,  // the lines of the result are the mistakes
    BadValue,
    BadPlugin,  // it cannot be loaded, or what it was asked for failed
    Address,    // it cannot be listened on
    LogFile,    // it cannot be opened
    Conflict,
    Timeout,  // the change goes on
    Refused,  // by the state of the host
    Failed,
};

// A word of the control port, such as "not-found".
[[nodiscard]] std::string_view toString(ChangeError error) noexcept;

// How a host or a process ends.
enum class Shutdown {
    Drain,  // clients may finish
    Now,    // they are cut
};

struct [[nodiscard]] ChangeResult {
    std::optional<ChangeError> error;  // none: it is done
    std::string text;                  // one line
    std::vector<std::string> lines;    // details, such as each step or each diagnostic

    [[nodiscard]] bool ok() const noexcept { return !error; }

    static ChangeResult success(std::string text, std::vector<std::string> lines = {}) {
        return {{}, std::move(text), std::move(lines)};
    }
    static ChangeResult failure(ChangeError error, std::string text,
                                std::vector<std::string> lines = {}) {
        return {error, std::move(text), std::move(lines)};
    }
};

}  // namespace berth::host
