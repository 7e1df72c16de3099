// tests/fuzz/handover_fuzz.cpp - what the old and the new process of an upgrade tell each other:
// lists of sockets, and of clients.
#include <string>

#include "fuzz/fuzz_target.h"
#include "host/upgrade/client_rows.h"
#include "host/upgrade/socket_names.h"

namespace berth::fuzz {
namespace {

void readSockets(std::string_view input) {
    try {
        const auto sockets = host::SocketNames::parse(input);
        host::SocketNames names;
        for (const auto& [owner, address] : sockets) names.add(owner, address);
        require(host::SocketNames::parse(names.text()) == sockets, "a list of sockets is kept");
    } catch (const ValueError& error) {
        require(*error.what() != '\0', "an error says why");
    }
}

std::string joined(const std::vector<std::string>& pieces) {
    std::string text;
    for (const auto& piece : pieces) text += piece;
    return text;
}

void readClients(std::string_view input) {
    const auto clients = host::fromRows(input);
    const auto text = joined(host::toRows(clients));
    const auto again = host::fromRows(text);
    require(again.size() == clients.size(), "as many clients");
    require(joined(host::toRows(again)) == text, "a list of clients is kept");
    for (const auto& client : clients) require(client.age.count() >= 0, "an age is no debt");
}

}  // namespace

void target(std::string_view input) {
    readSockets(input);
    readClients(input);
}

}  // namespace berth::fuzz
