// host/process/own_process.cpp
#include "host/process/own_process.h"

#include <stdexcept>

#include "host/log/log_system.h"

namespace berth::host {

LogLevel OwnProcess::logLevel() const {
    return logs_.level();
}

void OwnProcess::setLogLevel(LogLevel level) {
    logs_.setLevel(level);
}

ChangeResult OwnProcess::reopenLogs() {
    try {
        logs_.reopen();
        return ChangeResult::success("log files are open anew");
    } catch (const std::runtime_error& error) {
        return ChangeResult::failure(ChangeError::Failed, error.what());
    }
}

void OwnProcess::requestShutdown(Shutdown how) {
    events_.post(how == Shutdown::Now ? ProcessEvent::StopNow : ProcessEvent::Terminate);
}

ChangeResult OwnProcess::upgrade(const std::filesystem::path& binary) {
    return upgrade_.run(binary);
}

void OwnProcess::leave() {
    events_.post(ProcessEvent::HandedOver);
}

std::optional<ChangeResult> OwnProcess::handedOver() const {
    return host_.handedOver();
}

std::vector<long> OwnProcess::oldProcesses() const {
    return predecessors_.pids();
}

std::vector<ConnectionStatus> OwnProcess::oldConnections(std::string_view service) const {
    return predecessors_.connections(service);
}

std::optional<long> OwnProcess::killOld(std::uint64_t connection) {
    return predecessors_.kill(connection);
}

std::size_t OwnProcess::killOldService(std::string_view service) {
    return predecessors_.killService(service);
}

}  // namespace berth::host
