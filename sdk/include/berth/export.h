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
#include <type_traits>
#include <vector>

#include "berth/abi.h"
#include "berth/abi_note.h"
#include "berth/context.h"
#include "berth/service.h"
#include "berth/settings.h"

// berth_add_plugin() says it. Without it the plugin is refused below, with what to do.
#ifndef BERTH_PLUGIN_NAME
#define BERTH_PLUGIN_NAME ""
#endif
#ifndef BERTH_PLUGIN_VERSION
#define BERTH_PLUGIN_VERSION "0.0.0"
#endif

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

template <class Settings>
concept DescribesItself = requires(Schema<Settings>& schema) {
    Settings::describe(schema);
};

// One message, at its place, for what cannot be a kind of service.
template <class ServiceClass, class Settings>
struct RequireKind {
    static_assert(std::is_default_constructible_v<Settings>,
                  "the settings struct must have a value for each member when it is new: give the "
                  "members initial values in place of a constructor with arguments");
    static_assert(DescribesItself<Settings>,
                  "the settings struct must say what its keys are: write "
                  "static void describe(berth::Schema<Settings>& schema) as a public member, empty "
                  "when there are none");
    static_assert(std::is_convertible_v<ServiceClass*, Service*>,
                  "the class must derive publicly from berth::Service");
    static_assert(!std::is_abstract_v<ServiceClass>,
                  "the class must override handle: write "
                  "void handle(berth::Connection& client) override, without const");
    static_assert(std::is_abstract_v<ServiceClass> ||
                      std::is_constructible_v<ServiceClass, const Settings&, Context&>,
                  "the class must have a public constructor that takes its settings and the "
                  "context: write Class(const Settings& settings, berth::Context& context)");
    static_assert(
        !requires { &Settings::validate; } ||
            requires(const Settings& settings, SettingIssues& issues) {
                settings.validate(issues);
            },
        "validate would not be asked: write "
        "void validate(berth::SettingIssues& issues) const as a public member");
    static constexpr bool kFits = std::is_default_constructible_v<Settings> &&
                                  DescribesItself<Settings> &&
                                  std::is_convertible_v<ServiceClass*, Service*> &&
                                  std::is_constructible_v<ServiceClass, const Settings&, Context&>;
};

// The functions of one kind, for its class and its settings struct.
template <class ServiceClass, class Settings, bool = RequireKind<ServiceClass, Settings>::kFits>
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

// What cannot be a kind has been told; nothing more is said of it.
template <class ServiceClass, class Settings>
struct KindFunctions<ServiceClass, Settings, false> {
    static bool describe(std::vector<FieldDescription>&, std::string&) noexcept { return false; }
    static bool check(const std::vector<SettingValue>&, std::vector<SettingIssue>&,
                      std::string&) noexcept {
        return false;
    }
    static Service* create(const std::vector<SettingValue>&, Context&, std::string&) noexcept {
        return nullptr;
    }
    static void destroy(Service*) noexcept {}
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

// The host compares the size of the descriptor, and readelf reads notes with the alignment that the
// standard gives them; Clang's AddressSanitizer makes globals larger and aligns them otherwise.
#ifdef __clang__
#define BERTH_EXACT_SIZE [[clang::no_sanitize("address")]]
#else
#define BERTH_EXACT_SIZE
#endif
#define BERTH_IN_NOTE BERTH_EXACT_SIZE [[gnu::used, gnu::section(".note.berth"), gnu::aligned(4)]]

#define BERTH_PLUGIN(...)                                                                        \
    namespace {                                                                                  \
    constexpr std::array berthKinds{__VA_ARGS__};                                                \
    static_assert(::berth::detail::areNames(berthKinds),                                         \
                  "a kind's name is made of letters, digits, _ and -, and begins with a letter " \
                  "or a digit, such as \"my_kv\"");                                              \
    static_assert(::berth::detail::areShort(berthKinds),                                         \
                  "the names of the plugin's kinds are too long: 511 characters together");      \
    static_assert(::berth::detail::areDistinct(berthKinds),                                      \
                  "two kinds of the plugin have the same name");                                 \
    static_assert(::berth::detail::isName(BERTH_PLUGIN_NAME),                                    \
                  "the plugin has no name: build it with berth_add_plugin(NAME name SOURCES "    \
                  "file...) in CMakeLists.txt; letters, digits, _ and - are allowed");           \
    constexpr auto berthNote =                                                                   \
        ::berth::detail::makeNote(BERTH_PLUGIN_NAME, BERTH_PLUGIN_VERSION, berthKinds);          \
    }                                                                                            \
    extern "C" {                                                                                 \
    BERTH_EXACT_SIZE [[gnu::visibility("default"),                                               \
                       gnu::used]] extern constinit const ::berth::abi::PluginDescriptor         \
        berth_plugin_descriptor{berthNote, berthKinds.data(),                                    \
                                static_cast<std::uint32_t>(berthKinds.size())};                  \
    BERTH_IN_NOTE extern constinit const ::berth::detail::ElfNote berth_plugin_note{             \
        ::berth::detail::elfNote(berthNote)};                                                    \
    }                                                                                            \
    static_assert(true)

#define BERTH_SERVICE(...) BERTH_PLUGIN(BERTH_KIND(__VA_ARGS__))
