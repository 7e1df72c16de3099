// bench/load/load_arguments.cpp - one table of options makes both the parser and the help.
#include "bench/load/load_arguments.h"

#include <berth/units.h>
#include <berth/words.h>

#include <algorithm>
#include <charconv>
#include <iomanip>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace berth::bench {
namespace {

struct Option {
    std::string name;
    std::string value;  // what --help calls it; empty: the option takes none
    std::string help;
    void (*set)(LoadArguments& arguments, const std::string& value);
};

std::size_t countOf(const std::string& text) {
    std::size_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || rest != end) throw std::invalid_argument("is no number");
    return value;
}

std::chrono::milliseconds durationOf(const std::string& text) {
    const auto duration = parseDuration(text);
    if (!duration) throw std::invalid_argument("is no duration such as 500ms, 5s or 1m");
    return *duration;
}

std::size_t sizeOf(const std::string& text) {
    const auto size = parseByteCount(text);
    if (!size) throw std::invalid_argument("is no size such as 64 or 64K");
    return size->value;
}

LoadMode modeOf(const std::string& text) {
    if (text == "echo") return LoadMode::Echo;
    if (text == "connect") return LoadMode::Connect;
    if (text == "idle") return LoadMode::Idle;
    throw std::invalid_argument("is none of echo, connect, idle");
}

bool contentOf(const std::string& text) {
    if (text != "content" && text != "length") {
        throw std::invalid_argument("is neither content nor length");
    }
    return text == "content";
}

std::string fileOf(const std::string& text) {
    if (text.empty()) throw std::invalid_argument("is no file");
    return text;
}

using Arguments = LoadArguments;
using Text = const std::string&;

const std::vector<Option>& options() {
    static const std::vector<Option> table = {
        {"--mode", "MODE", "echo (default), connect or idle",
         [](Arguments& a, Text v) { a.load.mode = modeOf(v); }},
        {"--connections", "N", "connections open at once (1)",
         [](Arguments& a, Text v) { a.load.connections = countOf(v); }},
        {"--size", "SIZE", "bytes of a message (64)",
         [](Arguments& a, Text v) { a.load.messageSize = sizeOf(v); }},
        {"--depth", "N", "messages on their way at once on a connection (1)",
         [](Arguments& a, Text v) { a.load.depth = countOf(v); }},
        {"--duration", "TIME", "measured time (3s); idle: 0 holds until a signal",
         [](Arguments& a, Text v) { a.load.duration = durationOf(v); }},
        {"--warm-up", "TIME", "load before the measured time (500ms)",
         [](Arguments& a, Text v) { a.load.warmUp = durationOf(v); }},
        {"--threads", "N", "threads that share the connections (1)",
         [](Arguments& a, Text v) { a.load.threads = countOf(v); }},
        {"--rate", "N", "clients that come a second in mode connect (as many as can)",
         [](Arguments& a, Text v) { a.load.rate = countOf(v); }},
        {"--patience", "TIME", "wait for a first or last reply before it is an error (10s)",
         [](Arguments& a, Text v) { a.load.patience = durationOf(v); }},
        {"--verify", "WHAT", "content (default), or length for a service that changes bytes",
         [](Arguments& a, Text v) { a.load.verifyContent = contentOf(v); }},
        {"--sources", "N", "loopback addresses to connect from (as many as needed)",
         [](Arguments& a, Text v) { a.load.sources = countOf(v); }},
        {"--json", "", "report as one JSON object", [](Arguments& a, Text) { a.json = true; }},
        {"--svg", "FILE", "also draw the latencies by percentile, as SVG",
         [](Arguments& a, Text v) { a.svg = fileOf(v); }},
        {"--help", "", "print this", [](Arguments& a, Text) { a.help = true; }},
    };
    return table;
}

const Option& optionNamed(std::string_view name) {
    const auto found = std::ranges::find(options(), name, &Option::name);
    if (found != options().end()) return *found;
    std::vector<std::string> names;
    for (const auto& option : options()) names.push_back(option.name);
    const auto near = closestWord(name, names);
    throw std::invalid_argument("unknown option " + std::string(name) +
                                (near ? "; did you mean " + *near + "?" : ""));
}

void apply(const Option& option, LoadArguments& parsed, const std::string& value) {
    try {
        option.set(parsed, value);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(option.name + ": '" + value + "' " + error.what());
    }
}

}  // namespace

LoadArguments parseLoadArguments(std::span<const std::string> arguments) {
    LoadArguments parsed;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto& argument = arguments[i];
        if (!argument.starts_with("-")) {
            if (!parsed.load.target.empty()) {
                throw std::invalid_argument("one target only, not also '" + argument + "'");
            }
            parsed.load.target = argument;
            continue;
        }
        const auto equals = argument.find('=');
        const auto& option = optionNamed(std::string_view(argument).substr(0, equals));
        if (option.value.empty()) {
            if (equals != std::string::npos) {
                throw std::invalid_argument(option.name + " takes no value");
            }
            option.set(parsed, {});
        } else if (equals != std::string::npos) {
            apply(option, parsed, argument.substr(equals + 1));
        } else if (++i < arguments.size()) {
            apply(option, parsed, arguments[i]);
        } else {
            throw std::invalid_argument(option.name + " needs a value");
        }
    }
    if (parsed.load.target.empty() && !parsed.help) {
        throw std::invalid_argument("where to? Name a target: HOST:PORT or unix:PATH");
    }
    if (!parsed.svg.empty() && parsed.load.mode == LoadMode::Idle) {
        throw std::invalid_argument("--svg draws latencies, and --mode idle measures none");
    }
    return parsed;
}

std::string loadUsage(const std::string& program) {
    std::ostringstream text;
    text << "usage: " << program << " HOST:PORT [OPTION]...\n"
         << "Loads a service that sends every byte back, checks each reply and reports\n"
         << "throughput and latency.\n\n";
    for (const auto& option : options()) {
        const auto form = option.name + (option.value.empty() ? "" : " " + option.value);
        text << "  " << std::left << std::setw(18) << form << ' ' << option.help << '\n';
    }
    text << "\nExit code: 0 every reply was right, 1 a connection failed, 64 wrong usage,\n"
         << "69 the load could not be started, 74 the file of --svg cannot be written.\n";
    return text.str();
}

}  // namespace berth::bench
