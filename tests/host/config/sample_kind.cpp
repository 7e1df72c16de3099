// tests/host/config/sample_kind.cpp - settings of every sort that plugins use.
#include "host/config/sample_kind.h"

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "berth/settings.h"

namespace berth::test {
namespace {

struct Pin {
    std::string digits;
};

}  // namespace
}  // namespace berth::test

template <>
struct berth::ValueCodec<berth::test::Pin> {
    static test::Pin parse(ValueSource source) {
        const auto wrong = source.text.find_first_not_of("0123456789");
        if (wrong != std::string_view::npos) throw ValueError("a pin has digits only", wrong, 1);
        return {std::string(source.text)};
    }
    static std::string format(const test::Pin& value) { return value.digits; }
    static std::string typeName() { return "secret"; }
};

namespace berth::test {
namespace {

struct SampleSettings {
    std::string message = "hello";
    std::chrono::seconds pause{0};
    std::map<std::string, std::string> command;
    Pin pin;

    static void describe(Schema<SampleSettings>& schema) {
        schema.field("message", &SampleSettings::message, "Sent to each client.");
        schema.field("pause", &SampleSettings::pause, "Waits so long first.");
        schema.group("command", &SampleSettings::command, "A command.");
        schema.field("pin", &SampleSettings::pin, "Opens it.");
    }
};

}  // namespace

std::vector<host::Diagnostic> everyError(const std::filesystem::path& file) {
    auto result = host::loadHostConfig(file);
    for (const auto& service : result.config.services) {
        std::vector<SettingIssue> issues;
        SampleSettings settings;
        const Schema<SampleSettings> schema;
        schema.parse(&settings, service.settings, issues);
        for (auto& diagnostic : host::toDiagnostics(service, issues, schema.descriptions())) {
            result.diagnostics.push_back(std::move(diagnostic));
        }
    }
    return result.diagnostics;
}

}  // namespace berth::test
