// bench/drive/drive_tool.cpp
#include "bench/drive/drive_tool.h"

#include <Poco/Exception.h>
#include <berth/units.h>

#include <exception>
#include <ostream>
#include <stdexcept>

#include "bench/drive/exec.h"
#include "bench/drive/upload.h"

namespace berth::bench {
namespace {

constexpr int kExitRefused = 1;
constexpr int kExitUsage = 64;
constexpr int kExitUnavailable = 69;

constexpr auto kUsage =
    "usage: berth-drive upload HOST:PORT [--size SIZE] [--name NAME] [--sha256]\n"
    "       berth-drive exec HOST:PORT [--request LINE] [--duration TIME]\n"
    "Sends one file (1G), or one command (true) again and again for a time (3s), and prints how\n"
    "fast that was as one JSON object.\n"
    "\nExit code: 0 done, 1 the service said no, 64 wrong usage, 69 no connection.\n";

using Words = std::span<const std::string>;

// Takes `--name VALUE` from the front of `words`, or leaves them.
const std::string* takeValue(Words& words, std::string_view name) {
    if (words.front() != name) return nullptr;
    if (words.size() == 1) throw std::invalid_argument(words.front() + " needs a value");
    const auto* value = &words[1];
    words = words.subspan(2);
    return value;
}

bool takeFlag(Words& words, std::string_view name) {
    if (words.front() != name) return false;
    words = words.subspan(1);
    return true;
}

UploadOptions uploadOptions(Words words) {
    UploadOptions options;
    while (!words.empty()) {
        if (const auto* text = takeValue(words, "--size")) {
            const auto size = parseByteCount(*text);
            if (!size) throw std::invalid_argument("--size: '" + *text + "' is no size");
            options.size = size->value;
        } else if (const auto* name = takeValue(words, "--name")) {
            options.fileName = *name;
        } else if (takeFlag(words, "--sha256")) {
            options.sha256 = true;
        } else {
            throw std::invalid_argument("'" + words.front() + "' is no option of upload");
        }
    }
    return options;
}

ExecOptions execOptions(Words words) {
    ExecOptions options;
    while (!words.empty()) {
        if (const auto* request = takeValue(words, "--request")) {
            options.request = *request;
        } else if (const auto* text = takeValue(words, "--duration")) {
            const auto duration = parseDuration(*text);
            if (!duration) throw std::invalid_argument("--duration: '" + *text + "' is none");
            options.duration = *duration;
        } else {
            throw std::invalid_argument("'" + words.front() + "' is no option of exec");
        }
    }
    return options;
}

void driveUpload(const std::string& target, Words words, std::ostream& out) {
    auto options = uploadOptions(words);
    options.target = target;
    const auto result = upload(options);
    const double seconds = result.elapsed.count();
    out << "{\"bytes\":" << result.bytes << ",\"seconds\":" << seconds
        << ",\"bytes_per_second\":" << static_cast<double>(result.bytes) / seconds << "}\n";
}

void driveExec(const std::string& target, Words words, std::ostream& out) {
    auto options = execOptions(words);
    options.target = target;
    const auto result = execute(options);
    const double seconds = result.elapsed.count();
    out << "{\"requests\":" << result.requests << ",\"seconds\":" << seconds
        << ",\"requests_per_second\":" << static_cast<double>(result.requests) / seconds << "}\n";
}

void drive(Words words, std::ostream& out) {
    if (words.size() < 2) throw std::invalid_argument("what, and where? upload or exec HOST:PORT");
    if (words[0] == "upload") return driveUpload(words[1], words.subspan(2), out);
    if (words[0] == "exec") return driveExec(words[1], words.subspan(2), out);
    throw std::invalid_argument("'" + words[0] + "' is neither upload nor exec");
}

}  // namespace

int runDriveTool(std::span<const std::string> arguments, std::ostream& out, std::ostream& errors) {
    if (!arguments.empty() && arguments.front() == "--help") {
        out << kUsage;
        return 0;
    }
    const auto complain = [&](const std::string& what, int exitCode) {
        errors << "berth-drive: " << what << '\n';
        return exitCode;
    };
    try {
        drive(arguments, out);
        return 0;
    } catch (const std::invalid_argument& error) {
        return complain(error.what() + std::string("; see berth-drive --help"), kExitUsage);
    } catch (const Poco::Exception& error) {
        return complain(error.displayText(), kExitUnavailable);
    } catch (const std::exception& error) {
        return complain(error.what(), kExitRefused);
    }
}

}  // namespace berth::bench
