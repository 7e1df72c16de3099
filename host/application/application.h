// host/application/application.h - the process: options, signals, exit codes.
#pragma once

#include <Poco/Util/ServerApplication.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/config/diagnostic.h"
#include "host/listen/inherited_sockets.h"
#include "host/upgrade/child_process.h"
#include "host/upgrade/takeover.h"

namespace berth::host {

// Read when there is no ./berth.ini and --config names none.
inline constexpr const char* kSystemConfigFile = "/etc/berth/berth.ini";

struct ConfigResult;
class Host;
class Listener;
class LogSystem;
class PidFile;
class SignalEvents;

// berthd. Exit codes are those of sysexits.h: 0 done, 64 usage, 69 an address cannot be used,
// 70 a handler would not end, 73 the state folder cannot be made, 74 a log or the token cannot be
// used, 78 configuration.
class Application final : public Poco::Util::ServerApplication {
public:
    Application();

    // Checks the command line first, so that a mistake in it is one line and exit code 64.
    int start(int argc, char** argv);

protected:
    void defineOptions(Poco::Util::OptionSet& options) override;
    int main(const std::vector<std::string>& arguments) override;

private:
    enum class Task { Serve, Check, Help, Version, Reference };

    void handleTask(const std::string& name, const std::string& value);
    void handleConfig(const std::string& name, const std::string& value);
    void handleJson(const std::string& name, const std::string& value);

    [[nodiscard]] int help();
    [[nodiscard]] int check();
    [[nodiscard]] int checkBeforeDaemon() const;
    [[nodiscard]] std::vector<Diagnostic> mistakes(const ConfigResult& read) const;
    void handleProcess(const std::string& name, const std::string& value);
    // Prints the text, tells it to a process that waits for this one, and returns the code.
    int fail(int code, const std::string& text) const;
    int refuse(const std::vector<Diagnostic>& diagnostics) const;

    void inherit();
    // False when the old process does not leave its sockets to this one.
    [[nodiscard]] bool beginToServe(Host& host,
                                    const std::vector<std::shared_ptr<Listener>>& control,
                                    LogSystem& logs) const;
    [[nodiscard]] std::unique_ptr<PidFile> makePidFile(LogSystem& logs) const;
    [[nodiscard]] int serve();
    [[nodiscard]] int serveConfigured(SignalEvents& events);

    const std::filesystem::path startFolder_;  // daemons change theirs
    ProgramStart program_;
    std::filesystem::path configFile_;
    std::filesystem::path pidFile_;
    std::optional<Takeover> takeover_;  // of the sockets of a process that waits for this one
    Task task_ = Task::Serve;
    bool json_ = false;
    std::shared_ptr<const InheritedSockets> inherited_;
};

}  // namespace berth::host
