// berth/detail/run_elsewhere.h - brings home what a function returned or threw on another thread.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace berth::detail {

// `run` calls the function that it is given, on any thread, and returns after that.
// Returns what `work` returns and throws what it throws.
template <class Work>
auto runElsewhere(const std::function<void(const std::function<void()>&)>& run, Work& work)
    -> std::invoke_result_t<Work&> {
    using Result = std::invoke_result_t<Work&>;
    std::conditional_t<std::is_void_v<Result>, std::optional<bool>, std::optional<Result>> result;
    std::exception_ptr error;
    run([&] {
        try {
            if constexpr (std::is_void_v<Result>) {
                work();
            } else {
                result.emplace(work());
            }
        } catch (...) {
            error = std::current_exception();
        }
    });
    if (error) std::rethrow_exception(error);
    if constexpr (!std::is_void_v<Result>) return *std::move(result);
}

}  // namespace berth::detail
