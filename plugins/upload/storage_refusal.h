// plugins/upload/storage_refusal.h - what a client is told when the disk does not take its file.
#pragma once

#include <system_error>

#include "upload/refusal.h"

namespace berth::upload {

[[nodiscard]] Refusal refusalFor(const std::system_error& error);

}  // namespace berth::upload
