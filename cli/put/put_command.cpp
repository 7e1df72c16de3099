// cli/put/put_command.cpp
#include "cli/put/put_command.h"

#include <Poco/NumberParser.h>

#include <span>
#include <string>
#include <vector>

#include "cli/app/failure.h"
#include "cli/put/put_report.h"
#include "cli/put/upload.h"

namespace berth::cli {
namespace {

constexpr unsigned kMostRetries = 1000;

constexpr auto kPutDetails =
    "A file goes on where an earlier attempt ended. Its sha256 is compared with that of the\n"
    "stored file; --hash-first tells it to the service before the bytes, so that a damaged file\n"
    "is not even published. Each file that was not stored is told; the exit status is that of\n"
    "the first.\n";

unsigned retriesOf(const Arguments& arguments) {
    const auto text = arguments.value("retry");
    if (!text) return 0;
    unsigned number = 0;
    if (!Poco::NumberParser::tryParseUnsigned(*text, number) || number > kMostRetries) {
        throw Failure(ExitCode::Usage, "--retry " + *text + ": is no number from 0 to 1000");
    }
    return number;
}

UploadOptions uploadOptions(const Arguments& arguments) {
    return {.connect = connectOptions(arguments, std::chrono::seconds(60)),
            .resume = !arguments.has("no-resume"),
            .checksum = !arguments.has("no-checksum"),
            .hashFirst = arguments.has("hash-first"),
            .retries = retriesOf(arguments),
            .retryDelay = durationOption(arguments, "retry-delay", std::chrono::seconds(1))};
}

PutFormat formatOf(const Arguments& arguments) {
    if (arguments.has("json")) return PutFormat::Json;
    return arguments.has("quiet") ? PutFormat::Quiet : PutFormat::Text;
}

int put(const Invocation& call) {
    const auto& operands = call.arguments.operands();
    if (operands.size() < 2) {
        throw Failure(ExitCode::Usage, "put: give files and HOST:PORT; see berth help put");
    }
    const auto endpoint = parseEndpoint(operands.back());
    const auto paths = std::span(operands).first(operands.size() - 1);
    const auto newName = call.arguments.value("name");
    if (newName && paths.size() > 1) {
        throw Failure(ExitCode::Usage, "put: --name is for a single file");
    }
    const auto format = formatOf(call.arguments);
    const PutReport report(call.console, format);
    ProgressBar bar(call.console, format == PutFormat::Text);
    Uploader uploader(endpoint, uploadOptions(call.arguments), call.console, bar);
    auto status = ExitCode::Ok;
    for (const auto& path : paths) {
        try {
            const LocalFile file(path);
            report.stored(path, uploader.upload(file, newName.value_or(file.name())));
        } catch (const OutputClosed&) {
            throw;
        } catch (const Failure& error) {
            bar.wipe();
            report.failed(path, error);
            if (status == ExitCode::Ok) status = error.code();
        }
    }
    return toInt(status);
}

}  // namespace

Command putCommand() {
    std::vector<Option> options{
        {"name", "n", "NAME", "Store the file under this name."},
        {"no-resume", "", "", "Begin anew, whatever the service has of the file."},
        {"no-checksum", "", "", "Do not compare checksums."},
        {"hash-first", "", "", "Tell the service the checksum before the bytes."},
        {"retry", "r", "N", "Go on after a lost connection, at most N times a file."},
        {"retry-delay", "", "DURATION", "Pause before the first retry; default 1s, then doubled."},
        {"quiet", "q", "", "Print nothing but errors."},
        {"json", "j", "", "Print a JSON object for each file."}};
    const auto more = connectOptionRows("Longest silence of the service; default 60s.");
    options.insert(options.end(), more.begin(), more.end());
    return {.name = "put",
            .usage = "FILE... HOST:PORT",
            .summary = "Sends files to an upload service",
            .details = kPutDetails,
            .group = Command::Group::Service,
            .options = std::move(options),
            .run = put};
}

}  // namespace berth::cli
