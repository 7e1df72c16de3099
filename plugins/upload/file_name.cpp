// plugins/upload/file_name.cpp
#include "upload/file_name.h"

#include <climits>

#include <Poco/UTF8Encoding.h>

#include "upload/refusal.h"

namespace berth::upload {
namespace {

constexpr std::string_view kSeparators = "/\\";
constexpr int kDelete = 0x7F;
constexpr int kFirstC1 = 0x80;
constexpr int kLastC1 = 0x9F;

[[noreturn]] void refuseName(const std::string& why) {
    throw Refusal(RefusalCode::BadName, why);
}

bool isControl(int character) {
    return character < ' ' || character == kDelete ||
           (character >= kFirstC1 && character <= kLastC1);
}

// The next character and its bytes are taken off `rest`.
int nextCharacter(const Poco::UTF8Encoding& utf8, std::string_view& rest) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(rest.data());
    const auto length = utf8.sequenceLength(bytes, 1);
    if (length < 1 || static_cast<std::size_t>(length) > rest.size() ||
        !Poco::UTF8Encoding::isLegal(bytes, length)) {
        refuseName("the name is not UTF-8");
    }
    const auto character = utf8.convert(bytes);
    rest.remove_prefix(static_cast<std::size_t>(length));
    return character;
}

}  // namespace

std::string checkedName(std::string_view name, Directories directories) {
    if (const auto last = name.find_last_of(kSeparators); last != std::string_view::npos) {
        if (directories == Directories::Refuse) refuseName("the name contains / or \\");
        name.remove_prefix(last + 1);
    }
    if (name.empty()) refuseName("the name is empty");
    if (name.size() > NAME_MAX) refuseName("the name is longer than 255 bytes");
    if (name.starts_with('.')) refuseName("the name begins with a dot");
    const Poco::UTF8Encoding utf8;
    for (auto rest = name; !rest.empty();) {
        if (isControl(nextCharacter(utf8, rest))) {
            refuseName("the name contains a control character");
        }
    }
    return std::string(name);
}

}  // namespace berth::upload
