// host/plugin/hosted_service.cpp
#include "host/plugin/hosted_service.h"

#include <exception>
#include <utility>

#include "host/plugin/plugin_error.h"

namespace berth::host {

HostedService::HostedService(std::shared_ptr<Generation> generation, const std::string& kind,
                             const std::vector<SettingValue>& values, Context& context)
    : generation_(std::move(generation)),
      kind_(kind),
      execution_(generation_->kind(kind).execution),
      context_(context),
      service_(create(values)) {
    selfTest();
    generation_->addService(std::string(context.serviceName()));
}

HostedService::~HostedService() {
    stopAndLog();
    {
        const ActivityScope scope(activity("the destructor"));
        service_.reset();
    }
    generation_->removeService(std::string(context_.serviceName()));
}

HostedService::ServicePtr HostedService::create(const std::vector<SettingValue>& values) const {
    const auto& functions = generation_->kind(kind_);
    std::string error;
    const ActivityScope scope(activity("the constructor"));
    auto* made = functions.create(values, context_, error);
    if (made == nullptr) {
        throw PluginError("service \"" + std::string(context_.serviceName()) +
                          "\" cannot be made by " + generation_->file().path.string() + ": " +
                          (error.empty() ? "the plugin gave no reason" : error));
    }
    return {made, functions.destroy};
}

void HostedService::selfTest() {
    call("selfTest()", "failed its self-test", [this] { service_->selfTest(); });
}

void HostedService::stop() {
    if (std::exchange(stopped_, true)) return;
    call("stop()", "did not stop cleanly", [this] { service_->stop(); });
}

void HostedService::stopAndLog() {
    try {
        stop();
    } catch (const PluginError& error) {
        context_.log().error(error.what());
    }
}

Activity HostedService::activity(std::string_view phase) const noexcept {
    return {.phase = phase, .service = context_.serviceName(), .code = generation_->code()};
}

// What the plugin throws may be of a type that it defines: only its text leaves this function.
template <class Call>
void HostedService::call(std::string_view phase, const char* failure, Call&& code) {
    const ActivityScope scope(activity(phase));
    std::string error;
    try {
        return code();
    } catch (const std::exception& exception) {
        error = exception.what();
    } catch (...) {
        error = "an exception that is no std::exception";
    }
    throw PluginError("service \"" + std::string(context_.serviceName()) + "\" " + failure + ": " +
                      error);
}

}  // namespace berth::host
