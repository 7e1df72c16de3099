// plugins/upload/uploads.h - what all clients of one service share.
#pragma once

#include "berth/context.h"
#include "berth/metrics.h"
#include "upload/hash_slots.h"
#include "upload/settings.h"
#include "upload/store.h"

namespace berth::upload {

// Threads:  any.
// Lifetime: borrows the Context.
class Uploads {
public:
    // Throws: std::system_error when the directory cannot be used.
    Uploads(const Settings& settings, Context& context)
        : context_(context),
          store_(settings, context.log()),
          files_(context.counter("files_published", "Files received whole and published.")),
          bytes_(context.counter("bytes_published", "Bytes of the files that were published.")),
          refused_(context.counter("requests_refused", "Requests answered with a refusal.")) {}

    [[nodiscard]] Context& context() noexcept { return context_; }
    [[nodiscard]] Store& store() noexcept { return store_; }
    [[nodiscard]] HashSlots& hashSlots() noexcept { return hashSlots_; }

    void countPublished(std::uint64_t bytes) noexcept {
        files_.add();
        bytes_.add(bytes);
    }
    void countRefused() noexcept { refused_.add(); }

private:
    Context& context_;
    Store store_;
    HashSlots hashSlots_;
    Counter& files_;
    Counter& bytes_;
    Counter& refused_;
};

}  // namespace berth::upload
