// host/process/thread_errors.cpp
#include "host/process/thread_errors.h"

#include <exception>

#include "host/base/poco_text.h"

namespace berth::host {
namespace {

constexpr Rate kMostLines{5, std::chrono::seconds(1)};

}  // namespace

ThreadErrors::ThreadErrors(Log& log)
    : log_(log),
      before_(Poco::ErrorHandler::set(this)),
      bucket_(kMostLines, TokenBucket::Clock::now()) {}

ThreadErrors::~ThreadErrors() {
    Poco::ErrorHandler::set(before_);
}

void ThreadErrors::exception(const Poco::Exception& error) {
    if (dynamic_cast<const Poco::TimeoutException*>(&error) != nullptr) return;
    tell(textOf(error));
}

void ThreadErrors::exception(const std::exception& error) {
    tell(error.what());
}

void ThreadErrors::exception() {
    tell("an exception that is no std::exception");
}

void ThreadErrors::tell(const std::string& text) {
    {
        const detail::Lock lock(mutex_);
        if (bucket_.take(TokenBucket::Clock::now()) > TokenBucket::Clock::duration::zero()) return;
    }
    log_.error("a client was dropped, or could not be accepted: " + text);
}

}  // namespace berth::host
