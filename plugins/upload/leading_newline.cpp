// plugins/upload/leading_newline.cpp
#include "upload/leading_newline.h"

#include <algorithm>
#include <chrono>

#include "upload/header_scanner.h"
#include "upload/refusal.h"
#include "upload/request.h"

namespace berth::upload {
namespace {

// The last bytes of a file were sent together with those before them; a client that is this
// silent has sent all.
constexpr std::chrono::milliseconds kPause{500};

constexpr std::string_view kLineFeed = "\n";
constexpr std::string_view kBoth = "\r\n";

bool isRequest(std::string_view header) {
    try {
        static_cast<void>(parseRequest(header));
        return true;
    } catch (const Refusal&) {
        return false;
    }
}

std::string_view newlineAt(std::string_view text) {
    if (text.starts_with(kLineFeed)) return kLineFeed;
    return text.starts_with(kBoth) ? kBoth : std::string_view();
}

}  // namespace

LeadingNewline LeadingNewline::take(BufferedReader& reader, std::uint64_t count,
                                    std::string_view sameChunk) {
    LeadingNewline newline;
    if (count == 0) return newline;
    const bool alone = !sameChunk.empty() && newlineAt(sameChunk) == sameChunk;
    while (reader.pending().empty() || reader.pending() == kBoth.substr(0, 1)) {
        if (reader.fill() == BufferedReader::Fill::End) break;
    }
    const auto found = newlineAt(reader.pending());
    newline.bytes_ =
        found.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(count, found.size())));
    newline.endsALine_ = alone;
    reader.consume(found.size());
    return newline;
}

LeadingNewline::Meaning LeadingNewline::decide(BufferedReader& reader) {
    HeaderScanner scanner;
    for (;;) {
        const auto text = reader.pending();
        const auto state = scanner.scan(text);
        if (state == HeaderScanner::State::Complete) {
            return isRequest(text.substr(0, scanner.size())) ? Meaning::Content
                                                             : Meaning::Separator;
        }
        const bool cannotBeHeader =
            state != HeaderScanner::State::Incomplete || text.size() > kMaxHeader;
        if (cannotBeHeader) return Meaning::Separator;
        const bool nothingCame = text.empty();
        if (reader.fillWithin(kPause) != BufferedReader::Fill::Data) {
            return nothingCame ? Meaning::Content : Meaning::Separator;
        }
    }
}

}  // namespace berth::upload
