// cli/put/upload_protocol.cpp
#include "cli/put/upload_protocol.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <utility>

#include "cli/app/json_text.h"
#include "cli/app/utf8.h"

namespace berth::cli {
namespace {

Poco::JSON::Object header(const std::string& action, const std::string& name) {
    if (!isUtf8(name)) {
        throw Failure(ExitCode::Usage,
                      name + ": the name is not UTF-8; give the service another with --name");
    }
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("action", action);
    object.set("filename", name);
    return object;
}

template <class Value>
Value member(const Poco::JSON::Object& object, const std::string& key) {
    return object.has(key) && !object.isNull(key) ? object.getValue<Value>(key) : Value{};
}

ExitCode exitCodeOf(int status) noexcept {
    switch (status) {
        case 401:
        case 403:
            return ExitCode::NoPermission;
        case 409:
        case 413:
        case 507:
            return ExitCode::CannotCreate;
        case 422:
            return ExitCode::Data;
        case 423:
        case 429:
        case 503:
            return ExitCode::TryAgain;
        default:
            return ExitCode::Refused;
    }
}

std::string reasonOf(const UploadAnswer& answer) {
    if (!answer.message.empty()) return answer.message;
    return answer.error.empty() ? "status " + std::to_string(answer.status) : answer.error;
}

}  // namespace

std::string putHeader(const PutRequest& request) {
    auto object = header("put", request.name);
    object.set("file_size", request.size);
    if (request.offset > 0) object.set("offset", request.offset);
    if (!request.sha256.empty()) object.set("sha256", request.sha256);
    object.set("ack", true);
    return jsonLine(object) + "\n";
}

std::string statHeader(const std::string& name) {
    return jsonLine(header("stat", name)) + "\n";
}

UploadAnswer parseUploadAnswer(const std::string& json) {
    try {
        Poco::JSON::Parser parser;
        const auto object = parser.parse(json).extract<Poco::JSON::Object::Ptr>();
        UploadAnswer answer{.status = object->getValue<int>("status"),
                            .offset = member<std::uint64_t>(*object, "offset"),
                            .bytes = member<std::uint64_t>(*object, "bytes"),
                            .fileSize = member<std::uint64_t>(*object, "file_size"),
                            .complete = member<bool>(*object, "complete"),
                            .filename = member<std::string>(*object, "filename"),
                            .sha256 = member<std::string>(*object, "sha256"),
                            .error = member<std::string>(*object, "error"),
                            .message = member<std::string>(*object, "message")};
        return answer;
    } catch (const Poco::Exception&) {
        throw Failure(ExitCode::Protocol,
                      "the service's answer cannot be understood; is this an upload service?");
    }
}

UploadRefused::UploadRefused(UploadAnswer answer)
    : Failure(exitCodeOf(answer.status), "refused: " + reasonOf(answer)),
      answer_(std::move(answer)) {}

}  // namespace berth::cli
