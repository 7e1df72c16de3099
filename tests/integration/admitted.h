// tests/integration/admitted.h - how a client of echo fares, and what the host counts.
#pragma once

#include <Poco/Exception.h>

#include <cstdint>
#include <regex>
#include <stdexcept>
#include <string>

#include "support/berthd_process.h"

namespace berth::test {

// A number of `json stats`, such as the value of "refused".
inline std::uint64_t number(const std::string& json, const std::string& key) {
    std::smatch found;
    if (!std::regex_search(json, found, std::regex("\"" + key + "\":\\s*(\\d+)"))) {
        throw std::runtime_error("no " + key + " in " + json);
    }
    return std::stoull(found[1]);
}

// The same of the service echo, now.
inline std::uint64_t statOfEcho(const BerthdProcess& host, const std::string& key) {
    return number(host.control("json stats echo"), key);
}

inline bool served(TcpClient& client) {
    client.send("x");
    return client.receiveExactly(1) == "x";
}

// True when the host closed the connection without a byte.
inline bool refused(TcpClient& client) {
    try {
        return client.receiveExactly(1).empty();
    } catch (const Poco::IOException&) {
        return true;  // a reset
    }
}

// True when the host closed the connection instead of an answer.
inline bool asksInVain(TcpClient& client) {
    try {
        return !served(client);
    } catch (const Poco::IOException&) {
        return true;  // a reset
    }
}

}  // namespace berth::test
