// plugins/upload/transfer.cpp
#include "upload/transfer.h"

#include <system_error>
#include <utility>

#include "upload/refusal.h"
#include "upload/system_call.h"

namespace berth::upload {

Transfer::Transfer(Uploads& uploads, BufferedReader& reader, IncomingFile& file, bool wantsDigest)
    : uploads_(uploads), reader_(reader), file_(file) {
    if (wantsDigest || !file.expectedDigest().empty()) digest_.emplace();
}

void Transfer::receive() try {
    if (digest_) {
        uploads_.context().blocking(
            [this] { digest_->updateFrom(file_.descriptor(), 0, file_.received()); });
    }
    const BodyTools tools{reader_, uploads_.context(), uploads_.hashSlots(),
                          digest_ ? &*digest_ : nullptr};
    if (receiveBody(tools, file_, file_.remaining())) return;
    throw Refusal(RefusalCode::Incomplete, "the connection ended in the middle of the file",
                  file_.received());
} catch (const std::system_error& error) {
    if (isOutOfRoom(error)) uploads_.context().blocking([this] { file_.discard(); });
    throw;
}

std::string Transfer::publish() {
    const auto& expected = file_.expectedDigest();
    auto actual = digest_ ? digest_->finish() : std::string();
    return uploads_.context().blocking([&] {
        if (!expected.empty() && actual != expected) {
            file_.discard();
            throw Refusal(RefusalCode::ChecksumMismatch,
                          "the file's sha256 is " + actual + "; nothing of it was kept");
        }
        file_.publish();
        return actual;
    });
}

}  // namespace berth::upload
