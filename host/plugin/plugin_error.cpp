// host/plugin/plugin_error.cpp
#include "host/plugin/plugin_error.h"

namespace berth::host {

PluginError::~PluginError() = default;
UnknownKind::~UnknownKind() = default;

std::string singleLine(std::string_view text) {
    std::string line(text);
    for (char& c : line) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) c = ' ';
    }
    while (line.ends_with(' ')) line.pop_back();
    return line;
}

}  // namespace berth::host
