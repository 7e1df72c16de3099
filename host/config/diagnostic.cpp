// host/config/diagnostic.cpp - prints diagnostics for people and for programs.
#include "host/config/diagnostic.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <cstdint>
#include <sstream>

#include "host/base/utf8.h"
#include "host/config/source_excerpt.h"

namespace berth::host {
namespace {

Poco::JSON::Object toObject(const Diagnostic& diagnostic) {
    const auto& position = diagnostic.position;
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("file", wellFormedUtf8(position.file.string()));
    object.set("line", std::uint64_t{position.line});
    object.set("column", std::uint64_t{position.column});
    object.set("length", std::uint64_t{position.length});
    object.set("code", diagnostic.code);
    object.set("message", wellFormedUtf8(diagnostic.message));
    object.set("suggestion", wellFormedUtf8(diagnostic.suggestion));
    return object;
}

}  // namespace

std::string toString(const SourcePosition& position) {
    auto text = position.file.string();
    if (position.line != 0) text += ':' + std::to_string(position.line);
    if (position.line != 0 && position.column != 0) text += ':' + std::to_string(position.column);
    return text;
}

std::string oneLine(const Diagnostic& diagnostic) {
    auto text = toString(diagnostic.position) + ": error: " + diagnostic.message;
    if (!diagnostic.suggestion.empty()) text += "; " + diagnostic.suggestion;
    return visibleLine(text);
}

std::vector<Diagnostic> firstOf(std::vector<Diagnostic> diagnostics) {
    if (diagnostics.size() <= kMostDiagnostics) return diagnostics;
    const auto more = diagnostics.size() - kMostDiagnostics;
    diagnostics.resize(kMostDiagnostics);
    diagnostics.push_back(
        {.position = {.file = diagnostics.front().position.file},
         .code = "more-errors",
         .message = "and " + std::to_string(more) + (more == 1 ? " more error" : " more errors"),
         .suggestion = "mend these first"});
    return diagnostics;
}

void printText(std::ostream& out, const Diagnostic& diagnostic) {
    out << oneLine(diagnostic) << '\n';
    if (diagnostic.position.line == 0 || diagnostic.sourceLine.empty()) return;
    printExcerpt(out, diagnostic.position, diagnostic.sourceLine);
}

std::string toJson(const std::vector<Diagnostic>& diagnostics) {
    Poco::JSON::Array array;
    for (const auto& diagnostic : diagnostics) array.add(toObject(diagnostic));
    std::ostringstream out;
    array.stringify(out);
    return out.str();
}

}  // namespace berth::host
