// tests/fuzz/model/exec_model.cpp
#include "fuzz/model/exec_model.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "fuzz/model/frames.h"
#include "fuzz/model/words.h"

namespace berth::fuzz {
namespace {

using Values = std::vector<std::string>;

constexpr std::size_t kAny = 1000;

// Each command shows one thing that a template can say. Values are those behind the name.
struct Command {
    std::string_view name;
    std::string_view text;
    std::size_t least;
    std::size_t most;
};

constexpr std::array kCommands{
    Command{"after", "/usr/bin/printf '%s,' -- {x} {y?}", 1, 2},
    Command{"code", R"(/bin/sh -c 'exit "$0"' {n:/[0-9]/})", 1, 1},
    Command{"join", "/usr/bin/printf '<%s>' {a}-{b?}", 1, 2},
    Command{"node", "/usr/bin/stat -L -c %i -- {p:path}", 1, 1},
    Command{"num", "/usr/bin/printf '[%s]' {n:int}", 1, 1},
    Command{"pick", "/usr/bin/printf '[%s]' {x:/[a-c]+(-[0-9])?/}", 1, 1},
    Command{"read", "/usr/bin/cat -- {p:existing}", 1, 1},
    Command{"say", "/usr/bin/printf '%s|' {words...}", 0, kAny},
    Command{"warn", R"(/bin/sh -c 'printf %s "$0" >&2' {text})", 1, 1},
};

bool isWholeNumber(const std::string& text) {
    std::int64_t value = 0;
    const auto* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    return error == std::errc() && end == last;
}

// [a-c]+(-[0-9])?
bool isPick(std::string_view text) {
    const auto letters = std::min(text.find_first_not_of("abc"), text.size());
    const auto rest = text.substr(letters);
    const bool counted = rest.size() == 2 && rest[0] == '-' && rest[1] >= '0' && rest[1] <= '9';
    return letters > 0 && (rest.empty() || counted);
}

// The words of the client's that the program would take for options.
bool addsOption(std::string_view command, const Values& values) {
    if (command == "after" || command == "node" || command == "read") return false;
    if (command == "join") {
        return values.size() == 2 && (values[0] + '-' + values[1]).starts_with('-');
    }
    return std::ranges::any_of(values, [](const auto& value) { return value.starts_with('-'); });
}

std::string joined(const Values& values, std::string_view end) {
    std::string text;
    for (const auto& value : values) text.append(value).append(end);
    return text;
}

std::string inodeOf(const std::filesystem::path& path) {
    struct stat found {};
    ::lstat(path.c_str(), &found);
    return std::to_string(found.st_ino);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> commandSettings() {
    std::vector<std::pair<std::string, std::string>> settings{
        {"max_line", std::to_string(kLongestLine)},
        {"max_arguments", std::to_string(kMostArguments)}};
    for (const auto& command : kCommands) {
        settings.emplace_back("command." + std::string(command.name), command.text);
    }
    return settings;
}

// A pause ends a request only with raw framing.
Incoming::Event ExecModel::more(Incoming& in) const {
    const auto event = in.more();
    if (event == Incoming::Event::Lost) throw Gone();
    if (event == Incoming::Event::Silence && (framing_ == Framing::Frames || in.held().empty()))
        throw Gone();
    return event;
}

void ExecModel::skipLine(Incoming& in) const {
    while (in.held().find('\n') == std::string_view::npos) {
        if (more(in) != Incoming::Event::Data) return in.take(in.held().size());
    }
    in.take(in.held().find('\n') + 1);
}

std::optional<std::string> ExecModel::takeLine(Incoming& in) const {
    for (;;) {
        const auto held = in.held();
        const auto end = held.find('\n');
        if (std::min(end, held.size()) > kLongestLine) {
            skipLine(in);
            throw Refused{"too-long"};
        }
        const bool whole = end != held.npos;
        if (!whole && more(in) == Incoming::Event::Data) continue;
        if (!whole && in.held().empty()) return std::nullopt;
        std::string line(in.held().substr(0, end));
        in.take(line.size() + (whole ? 1 : 0));
        if (line.ends_with('\r')) line.pop_back();
        return line;
    }
}

bool ExecModel::serveNext(Incoming& in, Expected& expected) try {
    const auto line = takeLine(in);
    if (!line) return false;
    const auto words = wordsOf(*line);
    if (!words) throw Refused{"bad-request"};
    return words->empty() || serve(*words, in, expected);
} catch (const Refused& refused) {
    expectError(refused.code, expected);
    return true;
} catch (const Gone&) {
    return false;
}

bool ExecModel::serve(const Values& words, Incoming& in, Expected& expected) {
    if (words.size() - 1 > kMostArguments) throw Refused{"bad-arguments"};
    constexpr std::array<std::string_view, 4> kBuiltins{"cd", "exit", "help", "pwd"};
    if (std::ranges::count(kBuiltins, words.front()) != 0) return runBuiltin(words, expected);
    const auto outcome = run(words);
    if (in.breaksNow()) throw Gone();
    expect(outcome, expected);
    return true;
}

bool ExecModel::runBuiltin(const Values& words, Expected& expected) {
    const auto& name = words.front();
    if (words.size() > (name == "cd" ? 2U : 1U)) throw Refused{"bad-arguments"};
    if (name == "help") {
        expectHelp(expected);
        return true;
    }
    if (name == "cd") {
        const auto found = tree_.findFolder(here_, words.size() > 1 ? words[1] : "/");
        if (const auto* problem = std::get_if<PathProblem>(&found)) {
            throw Refused{*problem == PathProblem::Forbidden ? "forbidden" : "not-found"};
        }
        here_ = std::get<Place>(found);
    }
    const bool leaves = name == "exit";
    if (leaves && framing_ == Framing::Raw) return false;
    expect({.out = name == "pwd" ? TreeModel::toText(here_) + '\n' : ""}, expected);
    return !leaves;
}

CommandOutcome ExecModel::run(const Values& words) const {
    const auto command = std::ranges::find(kCommands, words.front(), &Command::name);
    if (command == kCommands.end()) throw Refused{"unknown-command"};
    const Values values(words.begin() + 1, words.end());
    const auto& name = command->name;
    if (values.size() < command->least || values.size() > command->most ||
        addsOption(name, values)) {
        throw Refused{"bad-arguments"};
    }
    if (name == "say") return {.out = values.empty() ? "|" : joined(values, "|")};
    if (name == "after") return {.out = "--," + joined(values, ",")};
    if (name == "warn") return {.err = values[0]};
    if (name == "join") {
        return {.out = values.size() == 1 ? "<>" : '<' + values[0] + '-' + values[1] + '>'};
    }
    if (name == "node" || name == "read") return show(std::string(name), values[0]);
    const bool digit = values[0].size() == 1 && values[0][0] >= '0' && values[0][0] <= '9';
    if ((name == "num" && !isWholeNumber(values[0])) || (name == "pick" && !isPick(values[0])) ||
        (name == "code" && !digit)) {
        throw Refused{"bad-arguments"};
    }
    if (name == "code") return {.code = values[0][0] - '0'};
    return {.out = '[' + values[0] + ']'};
}

CommandOutcome ExecModel::show(const std::string& name, const std::string& path) const {
    if (path.empty()) throw Refused{"bad-arguments"};
    const auto found = name == "node" ? tree_.findOrNew(here_, path) : tree_.find(here_, path);
    if (const auto* problem = std::get_if<PathProblem>(&found)) {
        throw Refused{*problem == PathProblem::Forbidden ? "forbidden" : "not-found"};
    }
    const auto& place = std::get<Place>(found);
    if (!tree_.isThere(place)) return {.complaint = "stat: ", .code = 1};
    if (name == "node") return {.out = inodeOf(root_ / ("." + TreeModel::toText(place))) + '\n'};
    const auto& entry = tree_.at(place);
    if (entry.kind == Entry::Kind::Folder) return {.complaint = "cat: ", .code = 1};
    return {.out = entry.content};
}

void ExecModel::expectError(const std::string& code, Expected& expected) const {
    expected.add("error " + code, [code](std::string_view& written) {
        std::string_view line;
        return fuzz::takeLine(written, line) && line.starts_with("error " + code + ' ') &&
               line.size() > code.size() + 7;
    });
}

// Lists every command; the last one is known, so that its end is.
void ExecModel::expectHelp(Expected& expected) const {
    const bool frames = framing_ == Framing::Frames;
    expected.add("help", [frames](std::string_view& written) {
        constexpr std::string_view kLast = "\nwarn <text>\n";
        std::string text;
        if (frames) {
            const auto answer = takeAnswer(written);
            if (!answer || answer->closing != "exit" || answer->what != "0") return false;
            text = answer->out;
        } else {
            const auto end = std::min(written.find(kLast), written.size() - kLast.size());
            text = written.substr(0, end + kLast.size());
            written.remove_prefix(text.size());
        }
        return text.ends_with(kLast) && std::ranges::all_of(kCommands, [&](const auto& command) {
                   return text.find('\n' + std::string(command.name) + ' ') != text.npos;
               });
    });
}

void ExecModel::expect(const CommandOutcome& outcome, Expected& expected) const {
    const auto what = "out \"" + outcome.out + "\" err \"" + outcome.err + outcome.complaint +
                      "\" exit " + std::to_string(outcome.code);
    if (framing_ == Framing::Frames) {
        return expected.add(what, [outcome](std::string_view& written) {
            const auto answer = takeAnswer(written);
            if (!answer || answer->closing != "exit") return false;
            const bool complains = answer->err.find(outcome.complaint) != std::string::npos &&
                                   answer->err.find('\n') == answer->err.size() - 1;
            return answer->what == std::to_string(outcome.code) && answer->out == outcome.out &&
                   (outcome.complaint.empty() ? answer->err == outcome.err : complains);
        });
    }
    if (outcome.complaint.empty()) {
        const auto text = outcome.out + outcome.err;
        return expected.text(text.empty() ? "result" : text);
    }
    expected.add(what, [outcome](std::string_view& written) {
        std::string_view line;
        return fuzz::takeLine(written, line) && line.find(outcome.complaint) != line.npos;
    });
}

}  // namespace berth::fuzz
