// berth/testing/test_context.h - a Context for tests: keeps log lines and counters in memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "berth/api.h"
#include "berth/context.h"

namespace berth::testing {

// Threads: any.
class BERTH_API TestContext final : public Context {
public:
    explicit TestContext(std::string serviceName = "test");
    ~TestContext() override;

    // The lines logged so far, each as "warning: text".
    [[nodiscard]] std::vector<std::string> logLines() const;
    void setDraining(bool draining);

    [[nodiscard]] std::string_view serviceName() const noexcept override;
    [[nodiscard]] Log& log() noexcept override;
    [[nodiscard]] Counter& counter(std::string_view name, std::string_view help) override;
    [[nodiscard]] Gauge& gauge(std::string_view name, std::string_view help) override;
    [[nodiscard]] bool draining() const noexcept override;

protected:
    void runBlocking(const std::function<void()>& work) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace berth::testing
