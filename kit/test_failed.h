// kit/test_failed.h - why a plugin can be tested no further.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace berth::kit {

// `id` is that of a Finding.
class TestFailed final : public std::runtime_error {
public:
    TestFailed(std::string id, const std::string& text)
        : std::runtime_error(text), id_(std::move(id)) {}

    [[nodiscard]] const std::string& id() const noexcept { return id_; }

private:
    std::string id_;
};

}  // namespace berth::kit
