// host/change_result.h - what became of a request to change the running host.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace berth::host {

// Success has no code. Codes are stable words for programs: not-found, bad-config, bad-value,
// conflict, timeout, refused, failed.
struct [[nodiscard]] ChangeResult {
    std::string code;
    std::string text;                // one line
    std::vector<std::string> lines;  // details, such as each step or each diagnostic

    [[nodiscard]] bool ok() const noexcept { return code.empty(); }

    static ChangeResult success(std::string text, std::vector<std::string> lines = {}) {
        return {{}, std::move(text), std::move(lines)};
    }
    static ChangeResult failure(std::string code, std::string text,
                                std::vector<std::string> lines = {}) {
        return {std::move(code), std::move(text), std::move(lines)};
    }
};

}  // namespace berth::host
