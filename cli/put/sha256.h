// cli/put/sha256.h - the checksum of the upload protocol.
#pragma once

#include <Poco/Crypto/DigestEngine.h>

#include <string>
#include <string_view>

#include "cli/put/local_file.h"

namespace berth::cli {

class Sha256 {
public:
    void update(std::string_view bytes) { engine_.update(bytes.data(), bytes.size()); }
    // In lower-case hexadecimal; the object begins anew.
    [[nodiscard]] std::string finish() { return Poco::DigestEngine::digestToHex(engine_.digest()); }

private:
    Poco::Crypto::DigestEngine engine_{"SHA256"};
};

// Of the whole file. Throws: Failure.
[[nodiscard]] std::string sha256Of(const LocalFile& file);

}  // namespace berth::cli
