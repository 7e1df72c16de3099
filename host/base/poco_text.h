// host/base/poco_text.h - what Poco threw, as one line.
#pragma once

#include <Poco/Exception.h>

#include <string>
#include <system_error>

#include "berth/detail/one_line.h"

namespace berth::host {

// Poco has no words for many of the system's errors, only a number. Codes of other kinds, such as
// those of a certificate, come with words.
[[nodiscard]] inline std::string textOf(const Poco::Exception& error) {
    auto text = detail::oneLine(error.displayText());
    const bool bare = error.message().starts_with(std::to_string(error.code()));
    if (error.code() <= 0 || !bare) return text;
    return text + " (" + std::generic_category().message(error.code()) + ')';
}

}  // namespace berth::host
