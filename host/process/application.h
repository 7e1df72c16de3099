// host/process/application.h - the process: options, signals, exit codes.
#pragma once

#include <Poco/Util/ServerApplication.h>
#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "berth/log.h"
#include "host/config/diagnostic.h"
#include "host/listen/inherited_sockets.h"
#include "host/process/daemon.h"
#include "host/upgrade/child_process.h"
#include "host/upgrade/takeover.h"

namespace berth::host {

// Read when there is no ./berth.ini and --config names none.
inline constexpr const char* kSystemConfigFile = "/etc/berth/berth.ini";

struct ConfigResult;
struct HostConfig;
class Host;
class Listener;
class LogSystem;
class PidFile;
class SignalEvents;

// berthd. Exit codes are those of sysexits.h: 0 done, 64 usage, 69 an address cannot be used,
// 70 a handler would not end, or nothing else did in its time, 71 the working directory is gone,
// 73 the state folder or the pid file cannot be made, 74 a log or the token cannot be used,
// 78 configuration.
class Application final : public Poco::Util::ServerApplication {
public:
    // Throws: Poco::Exception when the working directory is gone, which Poco wants to know.
    // Requires: `program` names its folder from the root; daemons leave theirs.
    explicit Application(ProgramStart program);

    // Reads the command line first, so that a mistake in it is one line and exit code 64.
    int start();

protected:
    void defineOptions(Poco::Util::OptionSet& options) override;
    int main(const std::vector<std::string>& arguments) override;

private:
    enum class Task { Serve, Check, Help, Version, Reference };

    // Throws: Poco::Exception or std::invalid_argument with what is wrong.
    void readCommandLine();
    void take(const std::string& option, const std::string& value);

    [[nodiscard]] int help();
    [[nodiscard]] int check();
    [[nodiscard]] std::vector<Diagnostic> mistakes(const ConfigResult& read) const;
    // Prints the text, logs it where that is another place, tells it to a process that waits for
    // this one, and returns the code.
    int fail(int code, const std::string& text) const;
    int refuse(const std::vector<Diagnostic>& diagnostics) const;
    int report(const std::vector<Diagnostic>& diagnostics) const;

    void inherit();
    // False when the old process does not leave its sockets to this one. Else `predecessors` knows
    // it before an operator can ask.
    [[nodiscard]] bool beginToServe(Host& host,
                                    const std::vector<std::shared_ptr<Listener>>& control,
                                    Predecessors& predecessors, LogSystem& logs);
    [[nodiscard]] std::unique_ptr<PidFile> makePidFile(LogSystem& logs) const;
    void leaveTerminal(SignalEvents& events, LogSystem& logs);
    [[nodiscard]] int serve();
    [[nodiscard]] int serveConfigured(SignalEvents& events);
    [[nodiscard]] int serveLogged(const HostConfig& config, LogSystem& logs, SignalEvents& events);
    // Within a handler of exceptions.
    [[nodiscard]] int failWithWhatWasThrown() const;

    const ProgramStart program_;
    const std::filesystem::path startFolder_;  // daemons change theirs
    std::filesystem::path configFile_;
    std::filesystem::path pidFile_;
    std::optional<mode_t> umask_;
    bool wantsDaemon_ = false;
    Daemon daemon_;
    std::optional<Takeover> takeover_;  // of the sockets of a process that waits for this one
    Task task_ = Task::Serve;
    bool json_ = false;
    Log* log_ = nullptr;  // while there is one that does not go to standard error
    std::shared_ptr<const InheritedSockets> inherited_;
};

// The whole program; whatever is thrown becomes a line and an exit code.
[[nodiscard]] int runBerthd(int argc, char** argv) noexcept;

}  // namespace berth::host
