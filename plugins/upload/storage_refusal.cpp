// plugins/upload/storage_refusal.cpp
#include "upload/storage_refusal.h"

#include "upload/system_call.h"

namespace berth::upload {

Refusal refusalFor(const std::system_error& error) {
    const auto& code = error.code();
    if (code == std::errc::file_too_large) {
        return Refusal(RefusalCode::TooLarge,
                       "the server's file system, or a limit of its process, takes no file of this "
                       "size",
                       0);
    }
    if (isOutOfRoom(error)) return Refusal(RefusalCode::NoSpace, "the disk is full", 0);
    return Refusal(RefusalCode::IoError, "the server cannot store the file: " + code.message());
}

}  // namespace berth::upload
