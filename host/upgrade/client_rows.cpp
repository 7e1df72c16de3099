// host/upgrade/client_rows.cpp - fields that end with a zero byte, which no address holds.
#include "host/upgrade/client_rows.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

namespace berth::host {
namespace {

constexpr std::size_t kFields = 9;
constexpr std::size_t kMostBytes = std::size_t{64} << 10;

std::string row(const ConnectionStatus& connection) {
    std::string text;
    const auto field = [&text](std::string_view value) { text.append(value).push_back('\0'); };
    field(std::to_string(connection.id));
    field(connection.service);
    field(connection.peer);
    field(connection.local);
    field(std::to_string(connection.age.count()));
    field(std::to_string(connection.idle.count()));
    field(std::to_string(connection.bytesIn));
    field(std::to_string(connection.bytesOut));
    field(std::to_string(connection.generation));
    return text;
}

// Nothing for what is no number of that type, or is less than nothing.
template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value = 0;
    const auto* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (error != std::errc() || end != last || value < 0) return std::nullopt;
    return value;
}

std::optional<ConnectionStatus> connection(const std::vector<std::string_view>& fields) {
    const auto id = number<std::uint64_t>(fields[0]);
    const auto age = number<std::int64_t>(fields[4]);
    const auto idle = number<std::int64_t>(fields[5]);
    const auto bytesIn = number<std::uint64_t>(fields[6]);
    const auto bytesOut = number<std::uint64_t>(fields[7]);
    const auto generation = number<std::uint64_t>(fields[8]);
    if (!id || !age || !idle || !bytesIn || !bytesOut || !generation) return std::nullopt;
    return ConnectionStatus{.id = *id,
                            .service = std::string(fields[1]),
                            .peer = std::string(fields[2]),
                            .local = std::string(fields[3]),
                            .age = std::chrono::milliseconds(*age),
                            .idle = std::chrono::milliseconds(*idle),
                            .bytesIn = *bytesIn,
                            .bytesOut = *bytesOut,
                            .generation = *generation};
}

}  // namespace

std::vector<std::string> toRows(const std::vector<ConnectionStatus>& connections) {
    std::vector<std::string> pieces(1);
    for (const auto& connection : connections) {
        const auto text = row(connection);
        if (pieces.back().size() + text.size() > kMostBytes) pieces.emplace_back();
        pieces.back() += text;
    }
    return pieces;
}

std::vector<ConnectionStatus> fromRows(std::string_view text) {
    std::vector<ConnectionStatus> connections;
    std::vector<std::string_view> fields;
    for (auto end = text.find('\0'); end != std::string_view::npos; end = text.find('\0')) {
        fields.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
        if (fields.size() < kFields) continue;
        if (auto read = connection(fields)) connections.push_back(*std::move(read));
        fields.clear();
    }
    return connections;
}

}  // namespace berth::host
