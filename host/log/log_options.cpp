// host/log/log_options.cpp
#include "host/log/log_options.h"

namespace berth::host {

void LogOptions::validate(SettingIssues& issues) const {
    constexpr ByteCount kLeastRotateSize{4096};
    if (log.empty())
        issues.at("log", "log needs a value", 0, 0, "write stderr, syslog, or a file's path");
    if (logRotateSize.value != 0 && logRotateSize < kLeastRotateSize) {
        issues.at("log_rotate_size",
                  "log_rotate_size is less than 4K: nearly every line would rotate the file");
    }
}

}  // namespace berth::host
