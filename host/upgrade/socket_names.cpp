// host/upgrade/socket_names.cpp
#include "host/upgrade/socket_names.h"

namespace berth::host {
namespace {

std::string_view nextPart(std::string_view& text) {
    const auto end = text.find('\0');
    if (end == std::string_view::npos) throw ValueError("the list of sockets ends too early");
    const auto part = text.substr(0, end);
    text.remove_prefix(end + 1);
    return part;
}

}  // namespace

void SocketNames::add(std::string_view owner, const ListenAddress& address) {
    text_.append(owner).push_back('\0');
    text_.append(toString(address)).push_back('\0');
}

std::vector<std::pair<std::string, ListenAddress>> SocketNames::parse(std::string_view text) {
    std::vector<std::pair<std::string, ListenAddress>> result;
    while (!text.empty()) {
        const auto owner = nextPart(text);
        const auto address = nextPart(text);
        result.emplace_back(owner, ValueCodec<ListenAddress>::parse({address, "/"}));
    }
    return result;
}

}  // namespace berth::host
