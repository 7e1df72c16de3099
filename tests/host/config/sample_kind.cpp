// tests/host/config/sample_kind.cpp - settings of every sort that plugins use.
#include "host/config/sample_kind.h"

#include <chrono>
#include <map>
#include <string>

#include "berth/settings.h"

namespace berth::test {
namespace {

struct SampleSettings {
    std::string message = "hello";
    std::chrono::seconds pause{0};
    std::map<std::string, std::string> command;

    static void describe(Schema<SampleSettings>& schema) {
        schema.field("message", &SampleSettings::message, "Sent to each client.");
        schema.field("pause", &SampleSettings::pause, "Waits so long first.");
        schema.group("command", &SampleSettings::command, "A command.");
    }
};

}  // namespace

std::vector<host::Diagnostic> everyError(const std::filesystem::path& file) {
    auto result = host::loadHostConfig(file);
    for (const auto& service : result.config.services) {
        std::vector<SettingIssue> issues;
        SampleSettings settings;
        Schema<SampleSettings>().parse(&settings, service.settings, issues);
        for (auto& diagnostic : host::toDiagnostics(service, issues)) {
            result.diagnostics.push_back(std::move(diagnostic));
        }
    }
    return result.diagnostics;
}

}  // namespace berth::test
