// cli/put/sha256.cpp
#include "cli/put/sha256.h"

#include <vector>

namespace berth::cli {

std::string sha256Of(const LocalFile& file) {
    std::vector<char> buffer(std::size_t{256} << 10);
    Sha256 digest;
    for (std::uint64_t offset = 0; offset < file.size();) {
        const auto bytes = file.read(offset, buffer);
        digest.update(bytes);
        offset += bytes.size();
    }
    return digest.finish();
}

}  // namespace berth::cli
