// host/process/thread_errors.h - what Poco's threads would keep to themselves.
#pragma once

#include <Poco/ErrorHandler.h>

#include <string>

#include "berth/detail/mutex.h"
#include "berth/log.h"
#include "host/admission/token_bucket.h"

namespace berth::host {

// Logs the errors that end an attempt to accept, or a control client's connection; not a flood.
// That nobody was there to accept is no error.
//
// Threads:  any. One at a time in a process: Poco asks a global one.
// Lifetime: the log lives longer.
class ThreadErrors final : public Poco::ErrorHandler {
public:
    explicit ThreadErrors(Log& log);
    ThreadErrors(const ThreadErrors&) = delete;
    ThreadErrors& operator=(const ThreadErrors&) = delete;
    ~ThreadErrors() override;

    void exception(const Poco::Exception& error) override;
    void exception(const std::exception& error) override;
    void exception() override;

private:
    void tell(const std::string& text);

    Log& log_;
    Poco::ErrorHandler* const before_;
    detail::Mutex mutex_;
    TokenBucket bucket_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::host
