// tests/fuzz/model/upload_model.cpp
#include "fuzz/model/upload_model.h"

#include <algorithm>

#include <Poco/DigestEngine.h>
#include <Poco/SHA2Engine.h>

#include "fuzz/model/reply_object.h"
#include "fuzz/model/utf8.h"

namespace berth::fuzz {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string digestOf(const std::string& content) {
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(content);
    return Poco::DigestEngine::digestToHex(engine.digest());
}

}  // namespace

std::string UploadModel::nameOf(const std::string& filename) const {
    const auto last = filename.find_last_of("/\\");
    if (last != std::string::npos && !rules_.strip) throw UploadRefusal{400, "bad-name"};
    const auto name = last == std::string::npos ? filename : filename.substr(last + 1);
    if (name.empty() || name.size() > 255 || name.front() == '.')
        throw UploadRefusal{400, "bad-name"};
    for (std::string_view rest = name; !rest.empty();) {
        const auto [value, bytes] = firstCharacter(rest);
        if (bytes == 0 || value < 0x20 || (value >= 0x7F && value <= 0x9F)) {
            throw UploadRefusal{400, "bad-name"};
        }
        rest.remove_prefix(bytes);
    }
    return name;
}

void UploadModel::requireFree(const std::string& name) const {
    const auto found = folder_.entries.find(name);
    if (found == folder_.entries.end()) return;
    if (found->second.kind != Entry::Kind::File || !rules_.overwrite)
        throw UploadRefusal{409, "exists"};
}

void UploadModel::requireRoom(const std::string& name, std::uint64_t fileSize) const {
    if (rules_.maxTotalSize == 0) return;
    auto total = fileSize;
    for (const auto& [other, part] : parts_) total += other == name ? 0 : part.content.size();
    for (const auto& [other, entry] : folder_.entries) {
        if (entry.kind == Entry::Kind::File) total += entry.content.size();
    }
    if (total > rules_.maxTotalSize) throw UploadRefusal{507, "quota-exceeded"};
}

void UploadModel::refuse(const UploadRefusal& refusal, Expected& expected) {
    ReplyObject reply(refusal.status);
    reply.text("error", refusal.error);
    if (refusal.offset) reply.number("offset", *refusal.offset);
    reply.expect(expected);
}

void UploadModel::stat(const UploadRequest& request, Expected& expected) const {
    const auto name = nameOf(request.filename);
    const auto entry = folder_.entries.find(name);
    const auto part = parts_.find(name);
    const bool published = entry != folder_.entries.end();
    if (published && entry->second.kind != Entry::Kind::File) throw UploadRefusal{409, "exists"};
    ReplyObject reply(200);
    reply.text("filename", name);
    if (published && !(rules_.overwrite && part != parts_.end())) {
        const auto size = entry->second.content.size();
        reply.flag("complete", true).number("offset", size).number("file_size", size);
    } else if (part != parts_.end()) {
        reply.flag("complete", false).number("offset", part->second.content.size());
        reply.number("file_size", part->second.fileSize);
    } else {
        reply.flag("complete", false).number("offset", 0);
    }
    reply.expect(expected);
}

UploadModel::Part& UploadModel::begin(const std::string& name, const UploadRequest& request) {
    if (request.fileSize > rules_.maxFileSize) throw UploadRefusal{413, "too-large"};
    requireFree(name);
    const auto part = parts_.find(name);
    const bool stored = part != parts_.end();
    if (request.offset) {
        const std::uint64_t size = stored ? part->second.content.size() : 0;
        if (*request.offset != size) throw UploadRefusal{409, "offset-mismatch", size};
        if (stored) {
            const auto& other = part->second.sha256;
            const bool sameDigest =
                request.sha256.empty() || other.empty() || request.sha256 == other;
            if (request.fileSize != part->second.fileSize || !sameDigest) {
                throw UploadRefusal{409, "part-mismatch", size};
            }
        }
    }
    requireRoom(name, request.fileSize);
    if (!request.offset || !stored) return parts_[name] = {request.fileSize, request.sha256, {}};
    if (!request.sha256.empty()) part->second.sha256 = request.sha256;
    return part->second;
}

void UploadModel::receive(Part& part, Incoming& in) const {
    const auto missing = [&] { return part.fileSize - part.content.size(); };
    const auto pending = std::min<std::uint64_t>(missing(), in.held().size());
    part.content += in.held().substr(0, pending);
    in.take(pending);
    int silences = 0;
    while (missing() > 0) {
        switch (in.moreInto(part.content, missing())) {
            case Incoming::Event::Data:
                silences = 0;
                break;
            case Incoming::Event::Silence:
                if (++silences >= rules_.silences) throw ClientGone();
                break;
            case Incoming::Event::End:
                throw UploadRefusal{400, "incomplete", part.content.size()};
            case Incoming::Event::Lost:
                throw ClientGone();
        }
    }
}

bool UploadModel::put(const UploadRequest& request, Incoming& in, Expected& expected) {
    bool goesOn = request.isWhole();
    try {
        const auto name = nameOf(request.filename);
        auto& part = begin(name, request);
        ReplyObject(200).number("offset", part.content.size()).expect(expected);
        goesOn = false;
        receive(part, in);
        goesOn = request.ack || request.isWhole();
        const auto digest = digestOf(part.content);
        const bool right = part.sha256.empty() || part.sha256 == digest;
        const auto content = part.content;
        parts_.erase(name);
        if (!right) throw UploadRefusal{422, "checksum-mismatch"};
        folder_.entries[name] = Entry::file(content);
        if (!request.ack) return true;
        ReplyObject reply(201);
        reply.text("filename", name).number("bytes", content.size()).text("sha256", digest);
        reply.expect(expected);
        return true;
    } catch (const UploadRefusal& refusal) {
        refuse(refusal, expected);
        return goesOn;
    }
}

bool UploadModel::serveNext(Incoming& in, Expected& expected) try {
    for (;;) {
        in.take(std::min(in.held().find_first_not_of(kBlanks), in.held().size()));
        if (!in.held().empty()) break;
        if (in.more() != Incoming::Event::Data) return false;
    }
    const auto request = takeUploadRequest(in);
    if (request.put) return put(request, in, expected);
    try {
        stat(request, expected);
    } catch (const UploadRefusal& refusal) {
        refuse(refusal, expected);
    }
    return true;
} catch (const UploadRefusal& refusal) {
    refuse(refusal, expected);
    return false;
} catch (const ClientGone&) {
    return false;
}

}  // namespace berth::fuzz
