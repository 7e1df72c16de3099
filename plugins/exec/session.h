// plugins/exec/session.h - one client's conversation: requests in, commands run, replies out.
//
//     berth::exec::Runner runner(settings, context);         // once for the service
//     berth::BufferedReader reader(client);                  // once for the client
//     berth::exec::Session session(runner, reader, settings.framing);
//     while (session.serveNext()) {}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "berth/buffered_reader.h"
#include "exec/reply.h"
#include "exec/runner.h"
#include "exec/working_directory.h"

namespace berth::exec {

struct Builtin;
struct RunOutcome;

// Threads:  only inside the handle() call of its client.
// Lifetime: borrows the Runner and the reader. Holds no descriptor and no buffer between requests.
// Throws:   as its Connection. The process group of a running command is gone by then.
class Session {
public:
    Session(Runner& runner, BufferedReader& reader, Framing framing);

    // Reads one request, pending bytes of the reader first, and answers it. Takes no byte beyond
    // the request's end. A refused request is answered too. Blank lines are taken and not answered.
    // False when the conversation is over: the client said `exit` or sends no more.
    [[nodiscard]] bool serveNext();

    // Answers a request that the caller took from the client itself, without its line end.
    // False when the client said `exit`.
    [[nodiscard]] bool serve(std::string_view line);

private:
    [[nodiscard]] bool refuse(const RequestError& error);
    [[nodiscard]] bool runBuiltin(const Builtin& builtin, const std::vector<std::string>& words);
    [[nodiscard]] bool runCommand(const CommandTemplate& command,
                                  const std::vector<std::string>& words);
    // Sees a started command through and answers.
    void attend(ChildProcess& child, const std::vector<std::string>& words);
    void count(const RunOutcome& outcome);
    void log(const std::vector<std::string>& words, const std::string& how, std::uint64_t bytes);

    Runner& runner_;
    BufferedReader& reader_;
    Framing framing_;
    WorkingDirectory directory_;
};

}  // namespace berth::exec
