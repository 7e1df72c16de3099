// berth/export.h - the line that makes a plugin of a Service.
//
//     BERTH_SERVICE("echo", Echo, Settings)              a plugin with one kind of service
//     BERTH_PLUGIN(BERTH_KIND("a", A, SettingsA),        a plugin with several
//                  BERTH_KIND("b", B, SettingsB, berth::abi::Execution::ThreadsOnly))
//
// It makes constant data: the descriptor that the host looks up, and a copy of its note in an
// ELF section that the host reads before it loads the file.
#pragma once

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "berth/abi.h"
#include "berth/abi_note.h"
#include "berth/context.h"
#include "berth/service.h"
#include "berth/settings.h"

namespace berth::detail {

// Runs `body`, whose result is true or a pointer on success; an exception becomes its text.
template <class Result, class Body>
Result guarded(std::string& error, Body&& body) noexcept {
    try {
        return body();
    } catch (const std::exception& exception) {
        error = exception.what();
    } catch (...) {
        error = "an exception that is no std::exception";
    }
    return Result{};
}

// The functions of one kind, for its class and its settings struct.
template <class ServiceClass, class Settings>
struct KindFunctions {
    static bool describe(std::vector<FieldDescription>& fields, std::string& error) noexcept {
        return guarded<bool>(error, [&] {
            fields = Schema<Settings>().descriptions();
            return true;
        });
    }

    static bool check(const std::vector<SettingValue>& values, std::vector<SettingIssue>& issues,
                      std::string& error) noexcept {
        return guarded<bool>(error, [&] {
            static_cast<void>(parseSettings<Settings>(values, issues));
            return true;
        });
    }

    static Service* create(const std::vector<SettingValue>& values, Context& context,
                           std::string& error) noexcept {
        return guarded<Service*>(error, [&]() -> Service* {
            std::vector<SettingIssue> issues;
            const auto settings = parseSettings<Settings>(values, issues);
            if (!issues.empty()) {
                error = issues.front().message;
                return nullptr;
            }
            return std::make_unique<ServiceClass>(settings, context).release();
        });
    }

    static void destroy(Service* service) noexcept { std::unique_ptr<Service>{service}.reset(); }
};

}  // namespace berth::detail

// BERTH_KIND(name, class, settings [, execution])
#define BERTH_KIND(kindName, ServiceClass, Settings, ...)                              \
    ::berth::abi::ServiceKind {                                                        \
        .name = kindName, .execution = ::berth::detail::executionOr(__VA_ARGS__),      \
        .shape = ::berth::abi::Shape::Stream,                                          \
        .describe = &::berth::detail::KindFunctions<ServiceClass, Settings>::describe, \
        .check = &::berth::detail::KindFunctions<ServiceClass, Settings>::check,       \
        .create = &::berth::detail::KindFunctions<ServiceClass, Settings>::create,     \
        .destroy = &::berth::detail::KindFunctions<ServiceClass, Settings>::destroy    \
    }

#define BERTH_PLUGIN(...)                                                                        \
    namespace {                                                                                  \
    constexpr std::array berthKinds{__VA_ARGS__};                                                \
    constexpr auto berthNote =                                                                   \
        ::berth::detail::makeNote(BERTH_PLUGIN_NAME, BERTH_PLUGIN_VERSION, berthKinds);          \
    }                                                                                            \
    extern "C" {                                                                                 \
    [[gnu::visibility("default"),                                                                \
      gnu::used]] extern constinit const ::berth::abi::PluginDescriptor berth_plugin_descriptor{ \
        berthNote, berthKinds.data(), static_cast<std::uint32_t>(berthKinds.size())};            \
    [[gnu::used, gnu::section(".note.berth"),                                                    \
      gnu::aligned(4)]] extern constinit const ::berth::detail::ElfNote berth_plugin_note{       \
        ::berth::detail::elfNote(berthNote)};                                                    \
    }                                                                                            \
    static_assert(true)

#define BERTH_SERVICE(...) BERTH_PLUGIN(BERTH_KIND(__VA_ARGS__))
