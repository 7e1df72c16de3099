// host/upgrade/client_rows.h - the open connections of a process, as text for another process.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/service/service_status.h"

namespace berth::host {

// A list of connections in pieces that fit one message each; at least one piece.
[[nodiscard]] std::vector<std::string> toRows(const std::vector<ConnectionStatus>& connections);
// Those of one piece; what is no row is left out.
[[nodiscard]] std::vector<ConnectionStatus> fromRows(std::string_view text);

}  // namespace berth::host
