// cli/net/connector.h - makes the TCP or Unix connection below a Channel.
#pragma once

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>

#include <chrono>
#include <string>

#include "cli/net/endpoint.h"

namespace berth::cli {

// Tries every address of the name. Throws: Failure with the last reason when none answers.
[[nodiscard]] Poco::Net::StreamSocket connectTo(const Endpoint& endpoint,
                                                std::chrono::milliseconds limit);

// Why a call on a socket failed. Poco's own texts repeat the address and the class.
[[nodiscard]] std::string socketReason(const Poco::Exception& error);

[[nodiscard]] Poco::Timespan timespan(std::chrono::milliseconds duration);

}  // namespace berth::cli
