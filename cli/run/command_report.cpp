// cli/run/command_report.cpp
#include "cli/run/command_report.h"

#include <Poco/Base64Encoder.h>
#include <Poco/JSON/Object.h>

#include <sstream>

#include "cli/app/failure.h"
#include "cli/app/json_text.h"
#include "cli/app/utf8.h"
#include "cli/run/exit_status.h"

namespace berth::cli {
namespace {

constexpr std::size_t kMostOutput = std::size_t{64} << 20;

// Text as it is; other bytes in base64 under a name that tells so.
void setBytes(Poco::JSON::Object& object, const std::string& name, const std::string& bytes) {
    if (isUtf8(bytes)) {
        object.set(name, bytes);
        return;
    }
    std::ostringstream encoded;
    Poco::Base64Encoder encoder(encoded);
    encoder.rdbuf()->setLineLength(0);
    encoder << bytes;
    encoder.close();
    object.set(name + "_base64", encoded.str());
}

}  // namespace

void StreamReport::output(FrameParser::Stream stream, std::string_view bytes) {
    if (stream == FrameParser::Stream::Out) {
        console_.write(console_.outputIsTerminal() ? out_.filter(bytes) : bytes);
    } else {
        console_.writeError(console_.errorsAreTerminal() ? err_.filter(bytes) : bytes);
    }
}

void StreamReport::end(const CommandEnd& end) {
    if (console_.outputIsTerminal()) console_.write(out_.finish());
    if (console_.errorsAreTerminal()) console_.writeError(err_.finish());
    if (const auto* error = std::get_if<CommandError>(&end)) {
        console_.complain(error->code + ": " + error->text);
    } else if (const auto* signal = std::get_if<CommandSignal>(&end)) {
        console_.complain("the command was ended by signal " + signal->name);
    }
}

void JsonReport::output(FrameParser::Stream stream, std::string_view bytes) {
    if (out_.size() + err_.size() + bytes.size() > kMostOutput) {
        throw Failure(ExitCode::Data, "the output is too large for --json; leave it out");
    }
    (stream == FrameParser::Stream::Out ? out_ : err_) += bytes;
}

void JsonReport::end(const CommandEnd& end) {
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("status", exitStatusOf(end));
    if (const auto* exit = std::get_if<CommandExit>(&end)) {
        object.set("exit", exit->code);
        object.set("ms", exit->milliseconds);
    } else if (const auto* signal = std::get_if<CommandSignal>(&end)) {
        object.set("signal", signal->name);
        object.set("ms", signal->milliseconds);
    } else if (const auto* error = std::get_if<CommandError>(&end)) {
        object.set("error", error->code);
        object.set("message", error->text);
    }
    setBytes(object, "out", out_);
    setBytes(object, "err", err_);
    console_.printLine(jsonLine(object));
}

}  // namespace berth::cli
