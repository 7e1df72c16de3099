// host/control/commands/completion.cpp - what may follow the words of a request that is being
// typed.
#include <algorithm>
#include <cctype>

#include "host/control/commands/command_table.h"
#include "host/control/commands/manual.h"

namespace berth::host::control {
namespace {

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + separator.size());
    }
}

// One place of a usage: `[a|b]` offers "a" and "b" and may be left out.
struct Place {
    std::vector<std::string_view> choices;
    bool optional = false;
};

Place toPlace(std::string_view token) {
    const bool optional = token.starts_with('[');
    if (optional) token = token.substr(1, token.size() - 2);
    return {split(token, "|"), optional};
}

bool isPlaceholder(std::string_view choice) {
    return !choice.empty() && std::isupper(static_cast<unsigned char>(choice.front())) != 0;
}

std::vector<std::string> pluginNames(const Inventory& host) {
    std::vector<std::string> names;
    for (const auto& plugin : host.plugins()) names.push_back(plugin.name);
    return names;
}

std::vector<std::string> verbs() {
    std::vector<std::string> names;
    for (const auto& command : commandTable()) names.emplace_back(command.name);
    return names;
}

std::vector<std::string> valuesOf(std::string_view choice, const Inventory& host) {
    if (choice == "SERVICE" || choice == "NAME") return host.serviceNames();
    if (choice == "PLUGIN") return pluginNames(host);
    if (choice == "VERB") return verbs();
    if (isPlaceholder(choice)) return {};
    return {std::string(choice)};
}

bool accepts(const Place& place, const std::string& word) {
    return std::ranges::any_of(place.choices, [&](std::string_view choice) {
        return isPlaceholder(choice) || choice == word;
    });
}

// Of one form of a usage, given the words that are complete.
std::vector<std::string> completeForm(std::string_view form, std::span<const std::string> words,
                                      const Inventory& host) {
    const auto tokens = split(form, " ");
    std::vector<std::string> found;
    if (words.size() >= tokens.size()) return found;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!accepts(toPlace(tokens[i]), words[i])) return found;
    }
    for (const auto choice : toPlace(tokens[words.size()]).choices) {
        std::ranges::copy(valuesOf(choice, host), std::back_inserter(found));
    }
    return found;
}

}  // namespace

std::vector<std::string> completions(std::span<const std::string> words, const Inventory& host) {
    const std::string begun = words.empty() ? std::string() : words.back();
    const auto complete = words.first(words.empty() ? 0 : words.size() - 1);
    std::vector<std::string> found;
    if (complete.empty()) {
        found = verbs();
    } else if (const auto* command = findCommand(complete.front())) {
        for (const auto form : split(command->usage, " | ")) {
            std::ranges::copy(completeForm(form, complete, host), std::back_inserter(found));
        }
    }
    std::erase_if(found, [&](const std::string& word) { return !word.starts_with(begun); });
    std::ranges::sort(found);
    found.erase(std::ranges::unique(found).begin(), found.end());
    return found;
}

}  // namespace berth::host::control
