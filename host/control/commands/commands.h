// host/control/commands/commands.h - the functions behind the verbs; command_table.cpp says which
// is which.
#pragma once

#include "host/control/commands/command.h"

namespace berth::host::control {

// session_commands.cpp
Reply runHelp(CommandCall& call);
Reply runPing(CommandCall& call);
Reply runAuth(CommandCall& call);
Reply runQuit(CommandCall& call);
Reply runVersion(CommandCall& call);
Reply runLog(CommandCall& call);
Reply runShutdown(CommandCall& call);

// look_commands.cpp
Reply runStatus(CommandCall& call);
Reply runServices(CommandCall& call);
Reply runPlugins(CommandCall& call);
Reply runConnections(CommandCall& call);
Reply runShow(CommandCall& call);
Reply runStats(CommandCall& call);

// change_commands.cpp
Reply runStart(CommandCall& call);
Reply runStop(CommandCall& call);
Reply runRestart(CommandCall& call);
Reply runKill(CommandCall& call);
Reply runReload(CommandCall& call);
Reply runLoad(CommandCall& call);
Reply runUnload(CommandCall& call);
Reply runSet(CommandCall& call);
Reply runUpgrade(CommandCall& call);

// wait_commands.cpp
Reply runDrain(CommandCall& call);
Reply runWait(CommandCall& call);

}  // namespace berth::host::control
