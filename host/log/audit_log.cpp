// host/log/audit_log.cpp - writes audit lines at once.
#include "host/log/audit_log.h"

#include <array>
#include <chrono>
#include <span>

#include "host/log/log_file.h"
#include "host/log/log_system.h"

namespace berth::host {
namespace {

constexpr mode_t kAuditMode = 0600;
constexpr std::string_view kSource = "audit";
constexpr std::string_view kText = "change requested";

std::shared_ptr<LogFile> open(const std::filesystem::path& file) {
    return file.empty() ? nullptr : std::make_shared<LogFile>(file, kAuditMode);
}

}  // namespace

AuditLog::AuditLog(LogSystem& system, const std::filesystem::path& file)
    : system_(system), file_(open(file)) {}

AuditLog::~AuditLog() = default;

void AuditLog::record(const AuditRecord& record) {
    const std::array fields{LogField{"who", record.who}, LogField{"request", record.request},
                            LogField{"outcome", record.outcome}};
    const auto target = file();
    if (target == nullptr) {
        system_.flush();  // makes room: this line must not be one that is dropped
        system_.write(LogLevel::Information, kSource, kText, fields);
        system_.flush();
        return;
    }
    const LogEvent event{.time = std::chrono::system_clock::now(),
                         .level = LogLevel::Information,
                         .source = kSource,
                         .text = kText,
                         .fields = fields};
    const auto style = system_.style() == LineStyle::Json ? LineStyle::Json : LineStyle::Text;
    target->write(toLine(event, style) + '\n');
    target->sync();
}

void AuditLog::reopen() {
    if (const auto current = file()) replaceFile(current->path());
}

void AuditLog::replaceFile(const std::filesystem::path& file) {
    auto fresh = open(file);
    const std::scoped_lock lock(mutex_);
    file_ = std::move(fresh);
}

std::shared_ptr<LogFile> AuditLog::file() const {
    const std::scoped_lock lock(mutex_);
    return file_;
}

}  // namespace berth::host
