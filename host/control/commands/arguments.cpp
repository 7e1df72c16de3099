// host/control/commands/arguments.cpp
#include "host/control/commands/arguments.h"

#include <algorithm>
#include <charconv>

#include "berth/units.h"
#include "berth/words.h"
#include "host/control/commands/command.h"

namespace berth::host::control {
namespace {

bool known(const std::string& name, const Inventory& host) {
    return std::ranges::count(host.serviceNames(), name) != 0;
}

}  // namespace

std::string_view Arguments::word(std::string_view what) {
    if (words_.empty()) throw UsageError(std::string(what) + " is missing");
    const std::string_view next = words_.front();
    words_ = words_.subspan(1);
    return next;
}

std::optional<std::string_view> Arguments::optionalWord() {
    if (words_.empty()) return std::nullopt;
    return word({});
}

bool Arguments::take(std::string_view literal) {
    if (words_.empty() || words_.front() != literal) return false;
    words_ = words_.subspan(1);
    return true;
}

std::string Arguments::service() {
    std::string name(word("SERVICE"));
    if (!known(name, host_)) throw CommandError("not-found", unknownService(name, host_));
    return name;
}

std::string Arguments::optionalService() {
    return words_.empty() ? std::string() : service();
}

std::string Arguments::serviceBeforeLimit() {
    const bool limitOnly =
        words_.size() == 1 && !known(words_.front(), host_) && parseDuration(words_.front());
    return limitOnly ? std::string() : optionalService();
}

std::chrono::milliseconds Arguments::limit() {
    return words_.empty() ? kDefaultWait : duration("LIMIT");
}

std::chrono::milliseconds Arguments::duration(std::string_view what) {
    const std::string text(word(what));
    const auto duration = parseDuration(text);
    if (!duration) {
        throw CommandError("bad-value", '"' + text + "\" is no duration; write 30s, 5m or 1h");
    }
    if (*duration > kLongestWait) {
        throw CommandError("bad-value", "a limit is at most " + formatDuration(kLongestWait));
    }
    return *duration;
}

std::optional<std::string_view> Arguments::peek() const {
    if (words_.empty()) return std::nullopt;
    return words_.front();
}

std::string Arguments::plugin() {
    const std::string name(word("PLUGIN"));
    std::vector<std::string> names;
    for (const auto& plugin : host_.plugins()) names.push_back(plugin.name);
    if (std::ranges::find(names, name) != names.end()) return name;
    const auto nearest = closestWord(name, names);
    throw CommandError("not-found", "no plugin named \"" + name + "\" is loaded" +
                                        (nearest ? "; did you mean \"" + *nearest + "\"?" : ""));
}

std::uint64_t Arguments::connectionId() {
    const std::string text(word("ID"));
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw CommandError("bad-value", '"' + text +
                                            "\" is no connection id; `connections` lists them, "
                                            "and `kill service NAME` cuts those of a service");
    }
    return id;
}

void Arguments::end() const {
    if (!words_.empty()) throw UsageError("\"" + words_.front() + "\" is too much");
}

std::string unknownService(std::string_view name, const Inventory& host) {
    const auto nearest = closestWord(name, host.serviceNames());
    auto text = "no service named \"" + std::string(name) + '"';
    if (nearest) text += "; did you mean \"" + *nearest + "\"?";
    return text;
}

}  // namespace berth::host::control
