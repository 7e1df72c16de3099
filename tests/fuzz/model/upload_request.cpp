// tests/fuzz/model/upload_request.cpp
#include "fuzz/model/upload_request.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "fuzz/model/json.h"

namespace berth::fuzz {
namespace {

constexpr std::size_t kLongestHeader = 8192;
constexpr int kDeepest = 16;
constexpr std::uint64_t kLargest = INT64_MAX;

// Where the object ends that the text begins with: the place behind the brace that closes it.
struct Extent {
    std::size_t size = 0;  // 0: it does not end here
    bool tooDeep = false;
};

Extent extentOf(std::string_view text) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (quoted && c == '\\') {
            ++at;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '{' || c == '[')) {
            if (++depth > kDeepest) return {0, true};
        } else if (!quoted && (c == '}' || c == ']') && --depth == 0) {
            return {at + 1, false};
        }
    }
    return {};
}

bool isInteger(const std::string& literal) {
    return literal.find_first_of(".eE") == std::string::npos;
}

// Whether a number is so large that JSON libraries differ in what they make of it.
bool hasHugeNumber(const Json& value) {
    if (value.kind == Json::Kind::Number) return value.text.size() > 18 + 1;
    return std::ranges::any_of(value.items, hasHugeNumber);
}

bool hasEqualNames(const Json& object) {
    const std::set<std::string> names(object.names.begin(), object.names.end());
    return names.size() < object.names.size();
}

std::string textMember(const Json& header, std::string_view name) {
    const auto* member = header.find(name);
    if (member == nullptr || member->kind != Json::Kind::Text)
        throw UploadRefusal{400, "bad-request"};
    return member->text;
}

std::optional<std::uint64_t> integerMember(const Json& header, std::string_view name) {
    const auto* member = header.find(name);
    if (member == nullptr) return std::nullopt;
    if (member->kind != Json::Kind::Number || !isInteger(member->text)) {
        throw UploadRefusal{400, "bad-request"};
    }
    if (member->text == "-0") return 0;
    if (member->text.starts_with('-')) throw UploadRefusal{400, "bad-request"};
    const auto value = std::stoull(member->text);
    if (value > kLargest) throw UploadRefusal{400, "bad-request"};
    return value;
}

bool isDigest(const std::string& text) {
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

std::string takeHeader(Incoming& in) {
    for (;;) {
        const auto text = in.held();
        if (!text.starts_with('{')) throw UploadRefusal{400, "bad-json"};
        const auto extent = extentOf(text.substr(0, kLongestHeader));
        if (extent.tooDeep) throw UploadRefusal{400, "bad-json"};
        if (extent.size != 0) {
            std::string header(text.substr(0, extent.size));
            in.take(extent.size);
            return header;
        }
        if (text.size() >= kLongestHeader) throw UploadRefusal{431, "header-too-long"};
        switch (in.more()) {
            case Incoming::Event::Data:
                break;
            case Incoming::Event::Silence:
                throw UploadRefusal{408, "header-too-slow"};
            case Incoming::Event::End:
                throw UploadRefusal{400, "bad-json"};
            case Incoming::Event::Lost:
                throw ClientGone();
        }
    }
}

void takeLineEnd(Incoming& in, bool required) {
    for (;;) {
        const auto text = in.held();
        if (text.starts_with('\n')) return in.take(1);
        if (text.starts_with("\r\n")) return in.take(2);
        if (!required) return;
        if (!text.empty() && text != "\r") throw UploadRefusal{400, "header-not-ended"};
        const auto event = in.more();
        if (event == Incoming::Event::Lost) throw ClientGone();
        if (event != Incoming::Event::Data) throw UploadRefusal{400, "header-not-ended"};
    }
}

UploadRequest understandPut(const Json& header, UploadRequest request) {
    const auto size = integerMember(header, "file_size");
    if (!size) throw UploadRefusal{400, "bad-request"};
    request.fileSize = *size;
    request.offset = integerMember(header, "offset");
    if (header.find("sha256") != nullptr) {
        request.sha256 = textMember(header, "sha256");
        if (!isDigest(request.sha256)) throw UploadRefusal{400, "bad-request"};
        std::ranges::transform(request.sha256, request.sha256.begin(), [](char c) {
            return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
        });
    }
    if (const auto* ack = header.find("ack")) {
        request.ack = ack->kind == Json::Kind::True;
        if (!request.ack && ack->kind != Json::Kind::False) throw UploadRefusal{400, "bad-request"};
    }
    if (request.offset.value_or(0) > request.fileSize) throw UploadRefusal{400, "bad-request"};
    return request;
}

UploadRequest understand(const Json& header) {
    UploadRequest request;
    const auto action = textMember(header, "action");
    request.put = action == "put";
    if (!request.put && action != "stat") throw UploadRefusal{400, "bad-request"};
    request.filename = textMember(header, "filename");
    return request.put ? understandPut(header, request) : request;
}

}  // namespace

UploadRequest takeUploadRequest(Incoming& in) {
    const auto header = parseJson(takeHeader(in));
    if (!header || hasEqualNames(*header)) throw UploadRefusal{400, "bad-json"};
    if (hasHugeNumber(*header)) throw Unpredictable("a number beyond 64 bits");
    auto request = understand(*header);
    const auto isThere = [&](std::string_view name) { return header->find(name) != nullptr; };
    takeLineEnd(in, isThere("sha256") || isThere("offset") || isThere("ack"));
    return request;
}

}  // namespace berth::fuzz
