// tests/fuzz/model/control_model.cpp
#include "fuzz/model/control_model.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "berth/units.h"
#include "fuzz/model/control_reply.h"
#include "fuzz/model/upload_request.h"
#include "fuzz/model/words.h"

namespace berth::fuzz {
namespace {

using std::chrono::milliseconds;
using State = ControlledHost::Service::State;
using Arguments = std::span<const std::string>;

constexpr std::size_t kLongestRequest = 8192;
// A shorter wait may be over before the host is asked twice.
constexpr milliseconds kSafeLimit = std::chrono::seconds(10);

constexpr std::array<std::string_view, 4> kOpenVerbs{"auth", "help", "ping", "quit"};
constexpr std::array<std::string_view, 9> kLookingVerbs{
    "connections", "help", "ping", "plugins", "services", "show", "stats", "status", "version"};
constexpr std::array<std::string_view, 24> kVerbs{
    "auth",    "connections", "drain",  "help",    "kill",     "load",    "log",     "ping",
    "plugins", "quit",        "reload", "restart", "services", "set",     "show",    "shutdown",
    "start",   "stats",       "status", "stop",    "unload",   "upgrade", "version", "wait"};

template <std::size_t size>
bool isOne(const std::array<std::string_view, size>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

// The next word. Throws: the code of the reply when there is none.
std::string take(Arguments& words) {
    if (words.empty()) throw std::string("usage");
    auto word = words.front();
    words = words.subspan(1);
    return word;
}

bool takeLiteral(Arguments& words, std::string_view literal) {
    if (words.empty() || words.front() != literal) return false;
    words = words.subspan(1);
    return true;
}

void end(Arguments words) {
    if (!words.empty()) throw std::string("usage");
}

milliseconds takeDuration(Arguments& words) {
    const auto duration = parseDuration(take(words));
    if (!duration || *duration > std::chrono::hours(1)) throw std::string("bad-value");
    return *duration;
}

std::string takeId(Arguments& words) {
    const auto text = take(words);
    std::uint64_t id = 0;
    const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || last != text.data() + text.size()) throw std::string("bad-value");
    return std::to_string(id);
}

void takePlugin(Arguments& words) {
    if (take(words) != "uppercase") throw std::string("not-found");
}

bool asksForJson(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return line.substr(0, line.find_first_of(" \t")) == "json";
}

bool reached(const std::string& goal, const ControlledHost::Service& service) {
    if (goal == "serving") return service.state == State::Serving;
    if (goal == "stopped") return service.state == State::Stopped;
    return service.open == 0 && (goal == "idle" || service.state != State::Serving);
}

void reach(const std::string& goal, ControlledHost::Service& service) {
    if (reached(goal, service)) return;
    if (goal == "serving") service.state = State::Serving;
    if (goal == "stopped") service.state = State::Stopped;
    if (goal == "idle" || goal == "drained") service.open = 0;
    if (goal == "drained" && service.state == State::Serving) service.state = State::Draining;
}

}  // namespace

void ControlModel::converse(std::string_view bytes, Expected& expected) {
    while (!bytes.empty()) {
        const auto size = std::min(bytes.find('\n'), bytes.size());
        auto line = bytes.substr(0, size);
        bytes.remove_prefix(std::min(size + 1, bytes.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!answer(line, expected)) return;
    }
}

bool ControlModel::answer(std::string_view line, Expected& expected) {
    const bool tooLong = line.size() > kLongestRequest;
    const bool json = !tooLong && asksForJson(line);
    auto words = isPrintable(line) ? wordsOf(line) : std::nullopt;
    std::string code;
    if (tooLong) {
        code = "too-long";
    } else if (!words || (json && words->size() == 1)) {
        code = "bad-request";
    } else {
        if (json) words->erase(words->begin());
        if (words->empty()) return true;
        try {
            code = run(words->front(), Words(*words).subspan(1));
        } catch (const std::string& failed) {
            code = failed;
        }
    }
    expectReply(code, json, expected);
    if (!code.empty() && !granted_ && ++denied_ >= kDeniedRequests) closes_ = true;
    return !closes_;
}

std::string ControlModel::run(const std::string& verb, Words words) {
    if (!isOne(kVerbs, verb)) return "unknown";
    if (!granted_ && !isOne(kOpenVerbs, verb)) return "denied";
    if (verb == "auth") return authenticate(words);
    if (verb == "quit") {
        end(words);
        closes_ = true;
        return {};
    }
    if (verb == "drain") return drain(words);
    if (verb == "wait") return wait(words);
    if (!isOne(kLookingVerbs, verb)) return change(verb, words);
    look(verb, words);
    return {};
}

// Nothing of the host is touched.
void ControlModel::look(const std::string& verb, Words words) const {
    if (verb == "help") {
        if (!words.empty() && words.front() == "complete") {
            if (!granted_) throw std::string("denied");
            return;
        }
        if (words.size() == 1 && !isOne(kVerbs, words.front())) throw std::string("unknown");
        return end(words.subspan(std::min<std::size_t>(words.size(), 1)));
    }
    if (verb == "show") {
        const bool two = words.size() > 1;
        if (two && takeLiteral(words, "pins")) {
            takePlugin(words);
            return end(words);
        }
        if (words.size() == 2 && takeLiteral(words, "service")) {
            static_cast<void>(service(words));
            return end(words);
        }
        if (takeLiteral(words, "config")) return end(words);
    }
    const bool takesService = verb == "connections" || verb == "stats" || verb == "show";
    if (takesService && !words.empty()) static_cast<void>(service(words));
    end(words);
}

std::string ControlModel::service(Words& words) const {
    auto name = take(words);
    if (!host_.services.contains(name)) throw std::string("not-found");
    return name;
}

std::string ControlModel::serviceBeforeLimit(Words& words) const {
    const bool limitOnly =
        words.size() == 1 && !host_.services.contains(words[0]) && parseDuration(words[0]);
    return limitOnly || words.empty() ? "" : service(words);
}

std::vector<ControlledHost::Service*> ControlModel::named(const std::string& name) {
    std::vector<Service*> found;
    for (auto& [each, service] : host_.services) {
        if (name.empty() || each == name) found.push_back(&service);
    }
    return found;
}

std::string ControlModel::change(const std::string& verb, Words words) {
    std::string what = verb;
    if (verb == "start" || verb == "stop" || verb == "restart") what += ' ' + service(words);
    if (verb == "kill") {
        what += ' ' + (takeLiteral(words, "service") ? service(words) : takeId(words));
    }
    if (verb == "unload") what += ' ' + take(words);
    if (verb == "load") {
        what += ' ' + take(words);
        if (takeLiteral(words, "kill-after")) what += ' ' + formatDuration(takeDuration(words));
    }
    if (verb == "set") {
        what += ' ' + service(words);
        what += ' ' + take(words);
        what += ' ' + take(words);
    }
    if (verb == "upgrade") what += ' ' + (words.empty() ? "" : take(words));
    if (verb == "shutdown" && takeLiteral(words, "now")) what += " now";
    const bool plans = verb == "reload" && takeLiteral(words, "plan");
    if (verb == "reload" && !plans && takeLiteral(words, "remove-all")) what += " all";
    const auto level = verb == "log" && !words.empty() ? take(words) : std::string();
    end(words);
    if (plans) return {};
    if (host_.handedOver && (verb == "shutdown" || !level.empty())) return "conflict";
    if (verb == "log" && level != "reopen") {
        const bool known = level.empty() || level == "debug" || level == "information" ||
                           level == "warning" || level == "error";
        return known ? "" : "bad-value";
    }
    ask(verb == "log" ? level : what);
    if (verb == "upgrade") {
        ask("leave");
        host_.handedOver = true;
    }
    if (verb == "shutdown") closes_ = true;
    const bool refused =
        verb != "set" && verb != "load" && verb != "upgrade" && what.ends_with(" quiet");
    return refused ? "conflict" : "";
}

std::string ControlModel::authenticate(Words words) {
    if (words.size() != 1) return "usage";
    if (local_) return {};
    if (words.front() == kControlToken) {
        granted_ = true;
        return {};
    }
    if (++wrongTokens_ >= kWrongTokens) closes_ = true;
    return "denied";
}

std::string ControlModel::drain(Words words) {
    const auto name = serviceBeforeLimit(words);
    const auto rest = words;
    if (!words.empty()) static_cast<void>(takeDuration(words));
    end(words);
    ask("drain " + name);
    for (auto* each : named(name)) {
        if (each->state == State::Serving) each->state = State::Draining;
    }
    const auto isIdle = [](const Service* each) { return each->open == 0; };
    if (std::ranges::all_of(named(name), isIdle)) return {};
    const auto code = await("drained", name, rest);
    if (code.empty()) ask("drain " + name);
    return code;
}

std::string ControlModel::wait(Words words) {
    const auto goal = take(words);
    if (goal != "serving" && goal != "stopped" && goal != "idle" && goal != "drained") {
        return "usage";
    }
    if (goal == "drained" && !words.empty() && words.front() == "uppercase") {
        static_cast<void>(take(words));
        if (!words.empty()) static_cast<void>(takeDuration(words));
        end(words);
        return {};
    }
    const auto name = serviceBeforeLimit(words);
    return await(goal, name, words);
}

std::string ControlModel::await(const std::string& goal, const std::string& name, Words words) {
    const auto limit = words.empty() ? kSafeLimit : takeDuration(words);
    end(words);
    const auto services = named(name);
    if (std::ranges::all_of(services, [&](auto* each) { return reached(goal, *each); })) return {};
    if (limit == milliseconds(0)) return "timeout";
    if (limit < kSafeLimit) throw Unpredictable("a wait that may be too short");
    for (auto* each : services) reach(goal, *each);
    return {};
}

}  // namespace berth::fuzz
