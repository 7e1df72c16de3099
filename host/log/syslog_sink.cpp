// host/log/syslog_sink.cpp - gives each line to Poco's channel with its priority.
#include "host/log/syslog_sink.h"

#include <Poco/Message.h>

#include <span>

namespace berth::host {
namespace {

Poco::Message::Priority priority(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return Poco::Message::PRIO_DEBUG;
        case LogLevel::Information:
            return Poco::Message::PRIO_INFORMATION;
        case LogLevel::Warning:
            return Poco::Message::PRIO_WARNING;
        case LogLevel::Error:
            return Poco::Message::PRIO_ERROR;
    }
    return Poco::Message::PRIO_ERROR;
}

}  // namespace

SyslogSink::SyslogSink()
    : channel_(new Poco::SyslogChannel("berthd", Poco::SyslogChannel::SYSLOG_PID,
                                       Poco::SyslogChannel::SYSLOG_DAEMON)) {}

std::size_t SyslogSink::write(const LogBatch& batch, std::size_t first) {
    for (const auto& line : std::span(batch.lines).subspan(first)) {
        channel_->log(Poco::Message("berthd", std::string(batch.at(line)), priority(line.level)));
    }
    return batch.lines.size() - first;
}

}  // namespace berth::host
