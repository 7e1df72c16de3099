// plugins/upload/transfer.cpp
#include "upload/transfer.h"

#include <span>
#include <system_error>
#include <utility>

#include "upload/refusal.h"
#include "upload/system_call.h"

namespace berth::upload {

Transfer::Transfer(Uploads& uploads, BufferedReader& reader, IncomingFile& file, bool wantsDigest)
    : uploads_(uploads), reader_(reader), file_(file) {
    if (wantsDigest || !file.expectedDigest().empty()) digest_.emplace();
}

void Transfer::receive(std::string_view sameChunk) try {
    receiveAll(sameChunk);
} catch (const std::system_error& error) {
    if (isOutOfRoom(error)) uploads_.context().blocking([this] { file_.discard(); });
    throw;
}

void Transfer::receiveAll(std::string_view sameChunk) {
    const auto start = file_.received();
    if (digest_) {
        uploads_.context().blocking([&] { digest_->updateFrom(file_.descriptor(), 0, start); });
    }
    const auto newline = LeadingNewline::take(reader_, file_.remaining(), sameChunk);
    if (newline.empty()) return receiveExactly(file_.remaining());
    if (!newline.endsALine()) file_.setUncertain();
    receiveExactly(file_.remaining() - newline.asContent().size());
    receiveHeldBack(newline, start);
}

void Transfer::receiveExactly(std::uint64_t count) {
    const BodyTools tools{reader_, uploads_.context(), uploads_.hashSlots(),
                          digest_ ? &*digest_ : nullptr};
    if (receiveBody(tools, file_, count)) return;
    throw Refusal(RefusalCode::Incomplete, "the connection ended in the middle of the file",
                  file_.resumableFrom());
}

// The file but for as many bytes as the newline has is here: either these follow, or the newline
// was the first of the content.
void Transfer::receiveHeldBack(const LeadingNewline& newline, std::uint64_t start) {
    const auto content = newline.asContent();
    if (LeadingNewline::decide(reader_) == LeadingNewline::Meaning::Separator) {
        return receiveExactly(content.size());
    }
    auto digest = digest_ ? std::optional(digestWith(content, start)) : std::nullopt;
    const auto& expected = file_.expectedDigest();
    if (!expected.empty() && digest->finish() != expected) return receiveExactly(content.size());
    uploads_.context().blocking([&] { file_.insert(start, std::as_bytes(std::span(content))); });
    if (digest_) digest_ = digestWith({}, start);
}

// Of what is stored, as if the bytes stood at that offset.
Sha256 Transfer::digestWith(std::string_view inserted, std::uint64_t offset) const {
    return uploads_.context().blocking([&] {
        Sha256 digest;
        digest.updateFrom(file_.descriptor(), 0, offset);
        digest.update(std::as_bytes(std::span(inserted)));
        digest.updateFrom(file_.descriptor(), offset, file_.received() - offset);
        return digest;
    });
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
