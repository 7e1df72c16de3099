// tests/cli/upload_service.cpp
#include "cli/upload_service.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/JSONString.h>

#include <algorithm>
#include <utility>

#include "cli/put/sha256.h"

namespace berth::test {
namespace {

Poco::JSON::Object::Ptr parse(const std::string& header) {
    Poco::JSON::Parser parser;
    return parser.parse(header).extract<Poco::JSON::Object::Ptr>();
}

std::string digestOf(const std::string& bytes) {
    cli::Sha256 digest;
    digest.update(bytes);
    return digest.finish();
}

std::string refusal(int status, const std::string& error, const std::string& message) {
    return "{\"status\":" + std::to_string(status) + ",\"error\":\"" + error + "\",\"message\":\"" +
           message + "\"}";
}

}  // namespace

std::string UploadService::file(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(name);
    return found == files_.end() ? "" : found->second;
}

std::vector<std::string> UploadService::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void UploadService::setPart(const std::string& name, std::string bytes, std::uint64_t fileSize) {
    keep(name, {std::move(bytes), fileSize});
}

void UploadService::keep(const std::string& name, const Part& part) {
    const std::lock_guard lock(mutex_);
    parts_[name] = part;
}

void UploadService::answer(FakeClient& client, const std::string& json) const {
    if (faults_.answerSlowly) {
        client.dribble(json + "\n");
    } else {
        client.write(json + "\n");
    }
}

void UploadService::serve(FakeClient& client) {
    client.write(faults_.banner);
    for (auto header = client.readLine(); !header.empty(); header = client.readLine()) {
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(header);
        }
        const auto object = parse(header);
        if (object->getValue<std::string>("action") == "stat") {
            stat(client, object->getValue<std::string>("filename"));
        } else if (!put(client, header)) {
            return;
        }
    }
}

void UploadService::stat(FakeClient& client, const std::string& name) {
    Poco::JSON::Object object;
    object.set("status", 200);
    {
        const std::lock_guard lock(mutex_);
        const auto file = files_.find(name);
        const auto part = parts_.find(name);
        object.set("complete", file != files_.end());
        if (file != files_.end()) {
            object.set("offset", file->second.size());
            object.set("file_size", file->second.size());
        } else if (part != parts_.end()) {
            object.set("offset", part->second.bytes.size());
            object.set("file_size", part->second.fileSize);
        } else {
            object.set("offset", 0);
        }
    }
    std::ostringstream text;
    object.stringify(text);
    answer(client, text.str());
}

bool UploadService::put(FakeClient& client, const std::string& header) {
    const auto request = parse(header);
    const auto name = request->getValue<std::string>("filename");
    Part part{"", request->getValue<std::uint64_t>("file_size")};
    if (name == "taken") {
        answer(client, refusal(409, "exists", "there is a file of that name"));
        return false;
    }
    if (request->has("offset")) {
        const std::lock_guard lock(mutex_);
        part = parts_[name];
    }
    answer(client, "{\"status\":200,\"offset\":" + std::to_string(part.bytes.size()) + "}");
    if (!receive(client, part, name)) return false;
    if (faults_.flipLastByte) part.bytes.back() ^= 1;
    const auto digest = digestOf(part.bytes);
    if (request->has("sha256") && request->getValue<std::string>("sha256") != digest) {
        const std::lock_guard lock(mutex_);
        parts_.erase(name);
        answer(client, refusal(422, "checksum-mismatch", "the bytes have another sha256"));
        return true;
    }
    {
        const std::lock_guard lock(mutex_);
        files_[name] = part.bytes;
        parts_.erase(name);
    }
    if (std::exchange(faults_.loseConfirmation, false)) {
        client.reset();
        return false;
    }
    answer(client, "{\"status\":201,\"filename\":" + Poco::toJSON(name) + ",\"bytes\":" +
                       std::to_string(part.bytes.size()) + ",\"sha256\":\"" + digest + "\"}");
    return true;
}

bool UploadService::receive(FakeClient& client, Part& part, const std::string& name) {
    while (part.bytes.size() < part.fileSize) {
        constexpr std::uint64_t kPiece = 8192;
        const auto bytes = client.read(std::min(kPiece, part.fileSize - part.bytes.size()));
        part.bytes += bytes;
        if (bytes.empty()) {
            keep(name, part);
            return false;
        }
        if (faults_.refuseAfter && part.bytes.size() >= *faults_.refuseAfter) {
            answer(client, refusal(507, "no-space", "the disk is full"));
            static_cast<void>(client.readToEnd());
            return false;
        }
        if (faults_.cutAfter && part.bytes.size() >= *faults_.cutAfter) {
            faults_.cutAfter.reset();
            keep(name, part);
            client.reset();
            return false;
        }
    }
    return true;
}

}  // namespace berth::test
