// host/config/hidden_value.cpp
#include "host/config/hidden_value.h"

#include <algorithm>
#include <functional>
#include <set>

#include "berth/setting_value.h"
#include "host/base/blanks.h"
#include "host/config/host_options.h"
#include "host/config/service_options.h"

namespace berth::host {
namespace {

using Keys = std::set<std::string, std::less<>>;

template <class Options>
const Keys& openKeys() {
    static const auto all = [] {
        Keys keys;
        for (const auto& field : Schema<Options>().descriptions()) {
            if (!isSecret({field}, field.key)) keys.insert(field.key);
        }
        return keys;
    }();
    return all;
}

// A plugin cannot have a key that every service has.
bool isOpen(std::string_view section, std::string_view key) {
    if (section == "host") return openKeys<HostOptions>().contains(key);
    if (section == "control") return openKeys<ControlOptions>().contains(key);
    return section.starts_with("service:") && openKeys<ServiceOptions>().contains(key);
}

}  // namespace

std::string hideFrom(std::string_view line, std::size_t offset) {
    std::string hidden(line);
    const auto begin = hidden.begin() + static_cast<std::ptrdiff_t>(std::min(offset, line.size()));
    std::replace_if(
        begin, hidden.end(), [](char c) { return !isBlank(c); }, '*');
    return hidden;
}

std::string hideValue(std::string_view line) {
    const auto equals = line.find('=');
    return equals == std::string_view::npos ? std::string(line) : hideFrom(line, equals + 1);
}

std::string hideForeignValue(std::string_view section, std::string_view line) {
    const bool open = isOpen(section, trimmed(line.substr(0, line.find('='))));
    return open ? std::string(line) : hideValue(line);
}

}  // namespace berth::host
