// tests/fuzz/model/upload_model.h - what the upload protocol's page says, for one client at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "fuzz/model/expected.h"
#include "fuzz/model/folder.h"
#include "fuzz/model/incoming.h"
#include "fuzz/model/upload_request.h"

namespace berth::fuzz {

struct UploadRules {
    bool overwrite = false;
    bool strip = true;
    std::uint64_t maxFileSize = 0;
    std::uint64_t maxTotalSize = 0;  // 0: no limit
    int silences = 0;                // in a row, within a file, after which a client is closed
};

// Lifetime: borrows the folder, in which it publishes.
class UploadModel {
public:
    struct Part {
        std::uint64_t fileSize = 0;
        std::string sha256;
        std::string content;
    };

    UploadModel(UploadRules rules, Entry& folder) : rules_(rules), folder_(folder) {}

    // One request. False when the server closes, or the client is gone.
    // Throws: Unpredictable.
    [[nodiscard]] bool serveNext(Incoming& in, Expected& expected);

    [[nodiscard]] const std::map<std::string, Part>& parts() const noexcept { return parts_; }

private:
    [[nodiscard]] std::string nameOf(const std::string& filename) const;
    void requireFree(const std::string& name) const;
    void requireRoom(const std::string& name, std::uint64_t fileSize) const;

    void stat(const UploadRequest& request, Expected& expected) const;
    [[nodiscard]] bool put(const UploadRequest& request, Incoming& in, Expected& expected);
    Part& begin(const std::string& name, const UploadRequest& request);
    void receive(Part& part, Incoming& in) const;
    static void refuse(const UploadRefusal& refusal, Expected& expected);

    const UploadRules rules_;
    Entry& folder_;
    std::map<std::string, Part> parts_;
};

}  // namespace berth::fuzz
