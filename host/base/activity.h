// host/base/activity.h - what a thread or a fiber does at this moment, and for whom.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::host {

// A loaded version of a plugin.
struct CodeVersion {
    std::string_view plugin{};  // empty: the host's own code
    std::string_view version{};
    std::string_view buildId{};
    std::uint64_t generation = 0;
};

// Lifetime: views into what lives as long as the activity is in force.
struct Activity {
    std::string_view phase{};    // such as "handle()"
    std::string_view service{};  // empty: none
    CodeVersion code{};
    std::string_view client{};  // empty: none
    std::uint64_t connection = 0;
};

// Where a stack ends; nobody may touch the `guard` bytes below `base`.
struct StackBounds {
    std::byte* base = nullptr;
    std::size_t size = 0;
    std::size_t guard = 0;

    [[nodiscard]] bool guards(const void* address) const noexcept {
        const auto* const byte = static_cast<const std::byte*>(address);
        return byte >= base - guard && byte < base;
    }
};

// What reports of crashes and hangs read. A fiber takes its own along over its switches.
struct Here {
    const Activity* activity = nullptr;  // null: the host's own work
    const StackBounds* fiber = nullptr;  // the fiber's stack; null: none runs
};
inline constinit thread_local Here here;

// Puts an activity in force until its end. Parts that it leaves empty are those of the activity
// around it: a constructor is called for the service that is named further out.
class ActivityScope {
public:
    explicit ActivityScope(Activity activity) noexcept
        : activity_(activity), outer_(here.activity) {
        if (outer_ != nullptr) inherit(*outer_);
        here.activity = &activity_;
    }
    ActivityScope(const ActivityScope&) = delete;
    ActivityScope& operator=(const ActivityScope&) = delete;
    ~ActivityScope() { here.activity = outer_; }

private:
    void inherit(const Activity& outer) noexcept {
        if (activity_.phase.empty()) activity_.phase = outer.phase;
        if (activity_.service.empty()) activity_.service = outer.service;
        if (activity_.code.plugin.empty()) activity_.code = outer.code;
        if (activity_.client.empty()) {
            activity_.client = outer.client;
            activity_.connection = outer.connection;
        }
    }

    Activity activity_;
    const Activity* const outer_;
};

}  // namespace berth::host
