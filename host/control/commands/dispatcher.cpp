// host/control/commands/dispatcher.cpp
#include "host/control/commands/dispatcher.h"

#include <Poco/Exception.h>

#include <span>

#include "berth/detail/require.h"
#include "berth/words.h"
#include "host/base/poco_text.h"
#include "host/control/commands/command_table.h"

namespace berth::host::control {
namespace {

Reply invoke(const Command& command, CommandCall& call) {
    try {
        return command.run(call);
    } catch (const CommandError& error) {
        return Reply::failure(error.code(), error.what());
    } catch (const UsageError& error) {
        return Reply::failure("usage",
                              std::string(error.what()) + "; usage: " + std::string(command.usage));
    } catch (const Poco::Exception& error) {
        return Reply::failure("internal", textOf(error));
    } catch (const std::exception& error) {
        return Reply::failure("internal", error.what());
    }
}

std::string maskedRequest(const Command& command, const Request& request) {
    if (command.name == "auth") return "auth ***";
    std::string text;
    for (const auto& word : request.words) {
        if (!text.empty()) text += ' ';
        text += quoteWord(word);
    }
    return text;
}

}  // namespace

Reply Dispatcher::run(const Request& request, const Caller& caller, Login& login,
                      const std::function<bool()>& abandoned) const {
    BERTH_REQUIRE(!request.words.empty());
    const auto& verb = request.words.front();
    const auto* command = findCommand(verb);
    if (command == nullptr) return Reply::failure("unknown", unknownCommand(verb));
    if (command->needsLogin && !login.granted()) return Reply::failure("denied", login.howTo());
    CommandCall call{host_, std::span(request.words).subspan(1), login, abandoned};
    auto reply = invoke(*command, call);
    audit(*command, request, caller, reply);
    return reply;
}

void Dispatcher::audit(const Command& command, const Request& request, const Caller& caller,
                       Reply& reply) const {
    const auto arguments = std::span(request.words).subspan(1);
    if (!audit_ || command.audited == nullptr || !command.audited(arguments)) return;
    const auto who = caller.describe();
    const auto masked = maskedRequest(command, request);
    const auto outcome = reply.ok() ? "OK " + reply.text : "ERR " + reply.code + ' ' + reply.text;
    try {
        audit_({who, masked, outcome});
    } catch (const std::exception& error) {
        reply.lines.push_back(std::string("this was not written to the audit log: ") +
                              error.what());
    }
}

}  // namespace berth::host::control
