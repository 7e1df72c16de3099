// tests/fuzz/values_fuzz.cpp - every type that a setting can have: what was read can be written,
// and read again as the same.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "berth/file_mode.h"
#include "berth/setting_types.h"
#include "berth/units.h"
#include "exec/environment.h"
#include "exec/umask.h"
#include "fuzz/fuzz_target.h"
#include "host/admission/rate.h"
#include "host/control/commands/command.h"
#include "host/control/commands/log_level.h"
#include "host/listen/socket_owner.h"
#include "host/net/listen_address.h"
#include "host/net/network.h"
#include "host/service/trial_length.h"

namespace berth::fuzz {
namespace {

template <class Value>
Value read(std::string_view text) {
    return ValueCodec<Value>::parse({text, "/etc/berth"});
}

// Written the second time as the first time: also of types that cannot be compared.
template <class Value>
void readAndWrite(std::string_view input, std::string_view what) {
    try {
        const auto text = ValueCodec<Value>::format(read<Value>(input));
        require(ValueCodec<Value>::format(read<Value>(text)) == text, what);
    } catch (const ValueError& error) {
        require(std::string_view(error.what()).find('\n') == std::string_view::npos,
                "an error is one line");
        // What is missing is told with one byte behind the end.
        require(error.offset() + error.length() <= std::max(input.size(), error.offset() + 1) &&
                    error.offset() <= input.size(),
                "an error's place lies in the value");
    }
}

// The same, of one that can.
template <class Value>
void keep(std::string_view input, std::string_view what) {
    readAndWrite<Value>(input, what);
    try {
        const auto value = read<Value>(input);
        require(read<Value>(ValueCodec<Value>::format(value)) == value, what);
    } catch (const ValueError&) {
        return;
    }
}

void readLevel(std::string_view input) {
    try {
        const auto level = host::control::parseLogLevel(input);
        require(host::control::toString(level) == input, "a level is kept");
    } catch (const host::control::CommandError& error) {
        require(error.code() == "bad-value", "an unknown level is a wrong value");
    }
}

void readPeer(std::string_view input) {
    const auto peer = host::parsePeerAddress(input);
    if (!peer) return;
    const host::Network alone{*peer, host::kAddressBits};
    require(alone.contains(*peer), "an address lies in its own network");
    require(host::masked(masked(*peer, 64), 64) == masked(*peer, 64), "a network is its own");
}

}  // namespace

// A value is of one line.
void target(std::string_view text) {
    const auto input = text.substr(0, text.find('\n'));
    if (const auto size = parseByteCount(input)) {
        require(parseByteCount(formatByteCount(*size)) == size, "a size is written as it is");
    }
    if (const auto duration = parseDuration(input)) {
        require(*duration <= kLongestDuration && duration->count() >= 0, "a duration's range");
        require(parseDuration(formatDuration(*duration)) == duration, "a duration is kept");
    }
    keep<host::ListenAddress>(input, "an address is kept");
    keep<host::Network>(input, "a network is kept");
    keep<host::Rate>(input, "a rate is kept");
    keep<host::TrialLength>(input, "a length is kept");
    keep<FileMode>(input, "a mode is kept");
    keep<ByteCount>(input, "a size is kept");
    keep<std::chrono::seconds>(input, "whole seconds are kept");
    keep<bool>(input, "a choice of two is kept");
    keep<std::int64_t>(input, "a number is kept");
    keep<std::uint16_t>(input, "a small number is kept");
    keep<double>(input, "a decimal number is kept");
    keep<std::filesystem::path>(input, "a path is kept");
    keep<std::vector<host::Network>>(input, "a list is kept");
    keep<std::vector<host::ListenAddress>>(input, "a list of addresses is kept");
    readAndWrite<EscapedText>(input, "bytes are kept");
    readAndWrite<exec::Umask>(input, "a mask is kept");
    readAndWrite<std::vector<exec::EnvironmentVariable>>(input, "an environment is kept");
    keep<host::SocketOwner>(input, "an owner is kept");
    readLevel(input);
    readPeer(input);
}

}  // namespace berth::fuzz
