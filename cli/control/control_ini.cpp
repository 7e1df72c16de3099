// cli/control/control_ini.cpp
#include "cli/control/control_ini.h"

#include <Poco/Environment.h>
#include <Poco/String.h>
#include <Poco/StringTokenizer.h>

#include <cerrno>
#include <fstream>
#include <map>
#include <system_error>

#include "cli/app/failure.h"

namespace berth::cli {
namespace {

using Values = std::map<std::string, std::string>;  // "control.listen" -> text

constexpr std::size_t kMostLines = 100'000;

// Without a comment: `#` or `;` at the start or after a blank, outside double quotes.
std::string withoutComment(const std::string& line) {
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') quoted = !quoted;
        const bool starts = i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t';
        if (!quoted && starts && (line[i] == '#' || line[i] == ';')) return line.substr(0, i);
    }
    return line;
}

std::string unquoted(std::string text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
        return text.substr(1, text.size() - 2);
    }
    return text;
}

std::string expanded(std::string text) {
    for (auto at = text.find("${env:"); at != std::string::npos; at = text.find("${env:", at)) {
        const auto end = text.find('}', at);
        if (end == std::string::npos) break;
        const auto value = Poco::Environment::get(text.substr(at + 6, end - at - 6), "");
        text.replace(at, end - at + 1, value);
        at += value.size();
    }
    return text;
}

Values readValues(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) {
        throw Failure(
            errno == EACCES ? ExitCode::NoPermission : ExitCode::NoInput,
            file.string() + ": cannot be read: " + std::generic_category().message(errno));
    }
    Values values;
    std::string section;
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        const auto fail = [&](const std::string& why) {
            throw Failure(ExitCode::Configuration,
                          file.string() + ":" + std::to_string(number) + ": " + why);
        };
        if (number > kMostLines) fail("the file is too long for an ini");
        const auto text = Poco::trim(withoutComment(line));
        if (text.empty()) continue;
        if (text.front() == '[') {
            if (text.back() != ']') fail("the bracket [ is never closed");
            section = Poco::trim(text.substr(1, text.size() - 2));
            continue;
        }
        const auto equals = text.find('=');
        if (equals == std::string::npos) fail("is neither a section nor `key = value`");
        values[section + "." + Poco::trim(text.substr(0, equals))] =
            expanded(unquoted(Poco::trim(text.substr(equals + 1))));
    }
    return values;
}

std::string valueOr(const Values& values, const std::string& key, const std::string& standard) {
    const auto found = values.find(key);
    return found == values.end() || found->second.empty() ? standard : found->second;
}

}  // namespace

ControlIni readControlIni(const std::filesystem::path& file) {
    const auto values = readValues(file);
    const auto directory = std::filesystem::absolute(file).parent_path();
    const auto state = directory / valueOr(values, "host.state", "state");

    ControlIni ini;
    ini.tokenFile = directory / valueOr(values, "control.token_file", state / "control.token");
    if (const auto certificate = valueOr(values, "control.tls_certificate", "");
        !certificate.empty()) {
        ini.certificate = directory / certificate;
    }
    const auto standard = "127.0.0.1:7400, unix:" + (state / "control.sock").string();
    const Poco::StringTokenizer listen(
        valueOr(values, "control.listen", standard), ",",
        Poco::StringTokenizer::TOK_TRIM | Poco::StringTokenizer::TOK_IGNORE_EMPTY);
    for (const auto& address : listen) {
        const bool hasPath = address.starts_with("unix:") && !address.starts_with("unix:@");
        ini.listen.push_back(hasPath ? "unix:" + (directory / address.substr(5)).string()
                                     : address);
    }
    return ini;
}

}  // namespace berth::cli
