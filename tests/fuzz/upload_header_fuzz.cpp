// tests/fuzz/upload_header_fuzz.cpp - the JSON header of an upload: its end is found wherever its
// bytes are split, and it is understood or refused.
#include <string>

#include "fuzz/fuzz_target.h"
#include "upload/header_scanner.h"
#include "upload/refusal.h"
#include "upload/request.h"

namespace berth::fuzz {

void target(std::string_view input) {
    using upload::HeaderScanner;
    const Splitter split(input);
    HeaderScanner whole;
    const auto state = whole.scan(split.whole);
    HeaderScanner parts;
    static_cast<void>(parts.scan(split.first));
    require(parts.scan(split.whole) == state, "what a header is does not depend on the pieces");
    if (state != HeaderScanner::State::Complete) return;
    require(parts.size() == whole.size() && whole.size() <= split.whole.size(), "a header's end");
    try {
        const auto request = upload::parseRequest(split.whole.substr(0, whole.size()));
        require(request.offset.value_or(0) <= request.fileSize ||
                    request.action == upload::Action::Stat,
                "an offset lies in the file");
    } catch (const upload::Refusal& refusal) {
        require(*refusal.what() != '\0', "a refusal says why");
    }
}

}  // namespace berth::fuzz
