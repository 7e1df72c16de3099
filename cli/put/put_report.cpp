// cli/put/put_report.cpp
#include "cli/put/put_report.h"

#include <Poco/JSON/Object.h>

#include "cli/app/human.h"
#include "cli/app/json_text.h"
#include "cli/app/terminal_text.h"
#include "cli/put/progress.h"

namespace berth::cli {
namespace {

std::string storedJson(const std::string& path, const UploadResult& result) {
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("file", path);
    object.set("ok", true);
    object.set("name", result.storedName);
    object.set("bytes", result.bytes);
    object.set("resumed_from", result.resumedFrom);
    if (!result.sha256.empty()) object.set("sha256", result.sha256);
    object.set("ms", result.took.count());
    return jsonLine(object);
}

std::string storedText(const std::string& path, const UploadResult& result) {
    const Progress progress{.name = path,
                            .total = result.bytes,
                            .begun = result.resumedFrom,
                            .done = result.bytes,
                            .elapsed = result.took};
    auto text = path + ": " + humanBytes(result.bytes) + " stored as " + result.storedName;
    if (result.resumedFrom > 0) text += ", resumed at " + humanBytes(result.resumedFrom);
    if (const auto rate = rateOf(progress); rate > 0) text += ", " + humanBytes(rate) + "/s";
    return text + (result.sha256.empty() ? "" : ", sha256 agrees");
}

std::string failedJson(const std::string& path, const Failure& error) {
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("file", path);
    object.set("ok", false);
    if (const auto* refusal = dynamic_cast<const UploadRefused*>(&error)) {
        object.set("status", refusal->answer().status);
        object.set("error", refusal->answer().error);
    }
    object.set("message", std::string(error.what()));
    object.set("exit", toInt(error.code()));
    return jsonLine(object);
}

}  // namespace

void PutReport::stored(const std::string& path, const UploadResult& result) const {
    if (format_ == PutFormat::Json) console_.printLine(storedJson(path, result));
    if (format_ == PutFormat::Text) console_.printLine(visibleLine(storedText(path, result)));
}

void PutReport::failed(const std::string& path, const Failure& error) const {
    if (format_ == PutFormat::Json) console_.printLine(failedJson(path, error));
    const std::string message = error.what();
    console_.complain(message.starts_with(path + ":") ? message : path + ": " + message);
}

}  // namespace berth::cli
