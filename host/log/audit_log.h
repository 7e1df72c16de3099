// host/log/audit_log.h - who changed what through the control port.
#pragma once

#include <filesystem>
#include <memory>
#include <semaphore>
#include <span>
#include <string_view>

#include "berth/detail/mutex.h"

namespace berth::host {

class LogFile;
class LogSystem;
struct LogField;

struct AuditRecord {
    std::string_view who;      // such as "uid 0 pid 4711" or "token from 127.0.0.1:50112"
    std::string_view request;  // such as "stop shout"
    std::string_view outcome;  // "ok", or the error
};

// Goes to a file of its own, mode 0600, when one is configured, else to the log; there it is
// written at every level.
//
// Threads: any.
class AuditLog {
public:
    // Throws: std::runtime_error when the file cannot be opened. An empty path: the log.
    AuditLog(LogSystem& system, const std::filesystem::path& file);
    ~AuditLog();

    // Returns when the line is on its way to the disk and no crash of the host can lose it.
    // Throws: std::runtime_error when it could not be written, after a second or two at most; in
    // the log it waits for its turn then.
    void record(const AuditRecord& record);

    // Throws: std::runtime_error; the old file stays in use then.
    void reopen();
    void replaceFile(const std::filesystem::path& file);

private:
    void recordInLog(std::span<const LogField> fields);
    [[nodiscard]] std::shared_ptr<LogFile> file() const;

    LogSystem& system_;
    mutable detail::Mutex mutex_;  // never held while writing
    std::shared_ptr<LogFile> file_ BERTH_GUARDED_BY(mutex_);
    std::binary_semaphore turn_{1};  // one line after the other
};

}  // namespace berth::host
