// plugins/exec/session.cpp
#include "exec/session.h"

#include <utility>
#include <variant>

#include "berth/words.h"
#include "exec/builtins.h"
#include "exec/command_run.h"
#include "exec/one_line.h"
#include "exec/request_reader.h"

namespace berth::exec {
namespace {

RequestError unknownCommand(const std::string& name, const Settings& settings) {
    std::string text = "there is no command " + shownWord(name);
    if (const auto meant = closestWord(name, commandNames(settings))) {
        text += "; did you mean " + *meant + '?';
    } else {
        text += "; help lists them";
    }
    return {code::kUnknownCommand, std::move(text)};
}

std::string describe(const RunOutcome& outcome) {
    if (outcome.reason) {
        const auto& reason = *outcome.reason;
        return reason.code == code::kStatusLost ? reason.text
                                                : "ended: " + std::string(reason.code);
    }
    if (outcome.status->signaled) return "signal " + signalName(outcome.status->value);
    return "exit " + std::to_string(outcome.status->value);
}

RequestError statusLost(const Reaped& reaped) {
    return {code::kStatusLost,
            reaped.gone ? "the command ended, but other code of the host took its status: a "
                          "plugin may wait for children that are not its own"
                        : "the command ended, but a debugger holds its status; detach it"};
}

Counter& counterOf(std::string_view reason, Runner::Counters& counters) {
    if (reason == code::kTimeout) return counters.timedOut;
    return reason == code::kStatusLost ? counters.failed : counters.killed;
}

}  // namespace

Session::Session(Runner& runner, BufferedReader& reader, Framing framing)
    : runner_(runner), reader_(reader), framing_(framing), directory_(runner.tree()) {}

bool Session::serveNext() {
    RequestReader requests(reader_, framing_, runner_.settings().maxLine.value);
    const auto request = requests.next();
    if (!request) return false;
    if (const auto* error = std::get_if<RequestError>(&*request)) return refuse(*error);
    return serve(std::get<std::string>(*request));
}

bool Session::serve(std::string_view line) {
    const auto& settings = runner_.settings();
    const auto split = splitWords(line);
    if (const auto* error = std::get_if<WordsError>(&split)) {
        return refuse({code::kBadRequest,
                       error->message + " (byte " + std::to_string(error->offset + 1) + ')'});
    }
    const auto& words = std::get<std::vector<std::string>>(split);
    if (words.empty()) return true;
    if (words.size() - 1 > settings.maxArguments) {
        return refuse(
            {code::kBadArguments,
             "a request has at most " + std::to_string(settings.maxArguments) + " arguments"});
    }
    if (const auto* builtin = findBuiltin(words.front())) return runBuiltin(*builtin, words);
    const auto command = settings.commands.find(words.front());
    if (command == settings.commands.end()) return refuse(unknownCommand(words.front(), settings));
    return runCommand(command->second, words);
}

bool Session::refuse(const RequestError& error) {
    runner_.counters().refused.add();
    Reply(reader_.connection(), framing_).fail(error);
    return true;
}

bool Session::runBuiltin(const Builtin& builtin, const std::vector<std::string>& words) {
    if (words.size() - 1 > builtin.mostArguments) {
        return refuse(
            {code::kBadArguments, "too many arguments" + usageOf(words.front(), builtin.usage)});
    }
    const BuiltinCall call{words, runner_, directory_};
    const auto answer = builtin.asksDisk
                            ? runner_.context().blocking([&] { return builtin.run(call); })
                            : builtin.run(call);
    if (answer.error) return refuse(*answer.error);
    // A raw client that says `exit` expects nothing more.
    if (answer.leave && framing_ == Framing::Raw) return false;
    Reply reply(reader_.connection(), framing_);
    reply.write(answer.output);
    reply.finish(ExitStatus{}, std::chrono::milliseconds(0));
    return !answer.leave;
}

bool Session::runCommand(const CommandTemplate& command, const std::vector<std::string>& words) {
    std::optional<Runner::Slot> slot;
    auto child =
        runner_.context().blocking([&] { return runner_.start(command, words, directory_, slot); });
    if (const auto* error = std::get_if<RequestError>(&child)) return refuse(*error);
    runner_.counters().run.add();
    attend(std::get<ChildProcess>(child), words);
    return true;
}

void Session::attend(ChildProcess& child, const std::vector<std::string>& words) {
    auto& client = reader_.connection();
    Reply reply(client, framing_);
    RunOutcome outcome;
    try {
        outcome = CommandRun(runner_.settings(), client, reply, child, framing_).run();
        // Not when the child is reaped already; else this waits a little, off the loop.
        if (!outcome.status) {
            const auto reaped = runner_.context().blocking([&child] { return child.end(); }).reaped;
            outcome.status = reaped.status;
            if (!outcome.status && !outcome.reason) outcome.reason = statusLost(reaped);
        }
    } catch (...) {
        const auto left = runner_.context().blocking([&child] { return child.end(); }).failed;
        runner_.counters().killed.add();
        log(words,
            left ? "it cannot be ended (" + left.message() + ") and goes on: the client went"
                 : "ended: the client went",
            reply.written());
        throw;
    }
    count(outcome);
    log(words, describe(outcome) + " in " + std::to_string(outcome.took.count()) + " ms",
        reply.written());
    if (outcome.reason) {
        reply.fail(*outcome.reason);
    } else {
        reply.finish(*outcome.status, outcome.took);
    }
}

void Session::count(const RunOutcome& outcome) {
    auto& counters = runner_.counters();
    if (outcome.reason) {
        counterOf(outcome.reason->code, counters).add();
    } else if (outcome.status->signaled || outcome.status->value != 0) {
        counters.failed.add();
    }
}

// Arguments may be secrets: only a log for debugging has them.
void Session::log(const std::vector<std::string>& words, const std::string& how,
                  std::uint64_t bytes) {
    auto& log = runner_.context().log();
    std::string line(reader_.connection().peer());
    line += ' ' + words.front() + ": " + how + ", " + std::to_string(bytes) + " bytes";
    log.information(line);
    if (!log.enabled(LogLevel::Debug)) return;
    line.clear();
    for (const auto& word : words) line += ' ' + quoteWord(word);
    log.debug("ran" + line);
}

}  // namespace berth::exec
