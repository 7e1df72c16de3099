// tests/fuzz/model/control_reply.h - the form of a reply of the control port.
#pragma once

#include <string>

#include "fuzz/model/expected.h"

namespace berth::fuzz {

// One reply with that code (empty: OK), as lines or as one JSON object.
void expectReply(const std::string& code, bool json, Expected& expected);

}  // namespace berth::fuzz
