// host/control/commands/arguments.h - reads the words after a verb, one by one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/operate/inventory.h"

namespace berth::host::control {

// How long `wait` and `drain` wait when the request does not say, and how long at most.
inline constexpr std::chrono::milliseconds kDefaultWait = std::chrono::seconds(30);
inline constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours(1);

// Lifetime: refers to the words; they outlive it.
// Throws:   UsageError for a missing or surplus word, CommandError for one that is wrong.
class Arguments {
public:
    Arguments(std::span<const std::string> words, const Inventory& host)
        : words_(words), host_(host) {}

    // The next word; `what` names it in the error, as in "SERVICE".
    std::string_view word(std::string_view what);
    std::optional<std::string_view> optionalWord();
    // The next word, which stays.
    [[nodiscard]] std::optional<std::string_view> peek() const;
    // Takes the next word when it is `literal`.
    bool take(std::string_view literal);

    // The name of a service that there is; otherwise "not-found" with the nearest name.
    std::string service();
    // Empty when there are no more words.
    std::string optionalService();
    // `[SERVICE] [LIMIT]`: a word that names no service but is a duration is the limit.
    std::string serviceBeforeLimit();
    // kDefaultWait when there are no more words.
    std::chrono::milliseconds limit();
    // Throws: CommandError when the next word is no duration, or a longer one than any wait.
    std::chrono::milliseconds duration(std::string_view what);
    std::uint64_t connectionId();
    // The name of a plugin that is loaded; otherwise "not-found".
    std::string plugin();

    [[nodiscard]] bool empty() const noexcept { return words_.empty(); }
    void end() const;

private:
    std::span<const std::string> words_;
    const Inventory& host_;
};

// `no service named "shoot"; did you mean "shout"?`
[[nodiscard]] std::string unknownService(std::string_view name, const Inventory& host);

}  // namespace berth::host::control
