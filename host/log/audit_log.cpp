// host/log/audit_log.cpp - writes audit lines at once.
#include "host/log/audit_log.h"

#include <array>
#include <chrono>
#include <span>
#include <stdexcept>

#include "host/log/log_file.h"
#include "host/log/log_system.h"

namespace berth::host {
namespace {

constexpr std::chrono::seconds kPatience{1};
constexpr mode_t kAuditMode = 0600;
constexpr std::string_view kSource = "audit";
constexpr std::string_view kText = "change requested";

std::shared_ptr<LogFile> openFile(const std::filesystem::path& file) {
    return file.empty() ? nullptr : std::make_shared<LogFile>(file, kAuditMode);
}

// A semaphore, since ThreadSanitizer does not see how a std::timed_mutex is locked.
class Turn {
public:
    explicit Turn(std::binary_semaphore& turn) : turn_(turn) {
        if (!turn_.try_acquire_for(kPatience)) {
            throw std::runtime_error("the audit log is held up by the line before");
        }
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { turn_.release(); }

private:
    std::binary_semaphore& turn_;
};

}  // namespace

AuditLog::AuditLog(LogSystem& system, const std::filesystem::path& file)
    : system_(system), file_(openFile(file)) {}

AuditLog::~AuditLog() = default;

void AuditLog::record(const AuditRecord& record) {
    const std::array fields{LogField{"who", record.who}, LogField{"request", record.request},
                            LogField{"outcome", record.outcome}};
    const auto target = file();
    if (target == nullptr) return recordInLog(fields);
    const LogEvent event{.time = std::chrono::system_clock::now(),
                         .level = LogLevel::Information,
                         .source = kSource,
                         .text = kText,
                         .fields = fields};
    const auto style = system_.style() == LineStyle::Json ? LineStyle::Json : LineStyle::Text;
    const Turn turn(turn_);
    target->writeWhole(toLine(event, style));
    target->sync();
}

void AuditLog::recordInLog(std::span<const LogField> fields) {
    const auto write = [&] { return system_.write(LogLevel::Information, kSource, kText, fields); };
    if (!write()) {  // there was no room: this line must not be one that is dropped
        static_cast<void>(system_.flush());
        if (!write()) throw std::runtime_error("the log is full, and takes no more");
    }
    if (!system_.flush()) throw std::runtime_error("the log takes no lines at the moment");
}

void AuditLog::reopen() {
    if (const auto current = file()) replaceFile(current->path());
}

void AuditLog::replaceFile(const std::filesystem::path& file) {
    auto fresh = openFile(file);
    const detail::Lock lock(mutex_);
    file_ = std::move(fresh);
}

std::shared_ptr<LogFile> AuditLog::file() const {
    const detail::Lock lock(mutex_);
    return file_;
}

}  // namespace berth::host
