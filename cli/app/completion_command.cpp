// cli/app/completion_command.cpp
#include "cli/app/completion_command.h"

#include "cli/app/failure.h"

namespace berth::cli {
namespace {

// The words are taken from the line itself, for bash splits its own array at each colon.
constexpr auto kHead =
    R"(# Completion of berth for bash. Load it with:  source <(berth completion bash)
_berth() {
    local line=${COMP_LINE:0:COMP_POINT} words word command= options= host= i
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    word=${words[-1]}
    for ((i = 1; i < ${#words[@]} - 1; i++)); do
        case ${words[i]} in
            --control|--config|--token-file|--timeout|--ca|--cert|--key|-c|-f|-t) ((i++)) ;;
            -*) ;;
            *) command=${words[i]}; break ;;
        esac
    done
    case $command in
)";

constexpr auto kTail = R"(    esac
    COMPREPLY=()
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options --help" -- "$word")
    elif [[ -z $command ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
    elif [[ $command == help ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
    elif [[ $command == plugin && $i -eq $((${#words[@]} - 2)) ]]; then
        mapfile -t COMPREPLY < <(compgen -W "check describe new test" -- "$word")
    elif [[ $command == completion ]]; then
        mapfile -t COMPREPLY < <(compgen -W "bash" -- "$word")
    elif [[ -n $host ]]; then
        # The host knows its services; its first line counts them.
        mapfile -t COMPREPLY < <("${words[@]:0:i}" --timeout 1s control help complete -- \
            "${words[@]:i}" 2> /dev/null | tail -n +2)
    fi
}
complete -o bashdefault -o default -F _berth berth
)";

std::string optionNames(const Command& command) {
    std::string names;
    for (const auto& option : command.options)
        names += (names.empty() ? "--" : " --") + option.name;
    return names;
}

int completion(const Invocation& call) {
    const auto& operands = call.arguments.operands();
    if (operands.size() != 1 || operands.front() != "bash") {
        throw Failure(ExitCode::Usage, "completion: give the shell; bash is the one there is");
    }
    call.console.write(bashCompletion(call.commands));
    return 0;
}

}  // namespace

std::string bashCompletion(const std::vector<Command>& commands) {
    std::string text = kHead;
    std::string names;
    for (const auto& command : commands) {
        names += (names.empty() ? "" : " ") + command.name;
        text += "        " + command.name + ") options=\"" + optionNames(command) + "\"" +
                (command.group == Command::Group::Host ? " host=1" : "") + " ;;\n";
    }
    text.insert(text.find("    read "), "    local commands=\"" + names + "\"\n");
    return text + kTail;
}

Command completionCommand() {
    return {.name = "completion",
            .usage = "bash",
            .summary = "Prints the completion of this tool for a shell",
            .details = "Load it with:  source <(berth completion bash)\n",
            .group = Command::Group::Tool,
            .options = {},
            .run = completion};
}

}  // namespace berth::cli
