# tests/integration/upgrade_storm_test.py - upgrades berthd under load: nobody is reset, refused, or
# answered wrongly, and every process that was replaced ends as it should.
#
# usage: upgrade_storm_test.py threads|fibers|queue    BERTH_BUILD names the build folder
import asyncio
import ctypes
import os
import pathlib
import signal
import sys

from storm import Clients
from storm_host import LIMIT, SANITIZED, Host

PR_SET_CHILD_SUBREAPER = 36
UPGRADES = 10
CROWD = {"comers": 40 if SANITIZED else 192, "holders": 8}
VISITS = 20  # that must succeed between two upgrades
# In the queue, visitors wait for the only thread when the upgrade comes.
STORMS = {"threads": ("engine = threads", CROWD),
          "fibers": ("engine = fibers", CROWD),
          "queue": ("engine = threads\nthreads = 1", {"comers": 0, "visitors": 4})}


class Processes:
    """Every berthd from the first to the one that serves. A process that takes over is a child of
    the one before, and of this process once that has ended."""

    def __init__(self, host):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
        self.host = host
        self.ids = [host.child.pid]

    async def upgrade(self):
        reply = await self.host.ask("upgrade")
        assert reply["ok"], reply
        serving = (await self.host.ask("status"))["data"]["pid"]
        assert serving not in self.ids, f"{serving} serves again"
        self.ids.append(serving)

    def end(self):
        """Ends the one that serves and waits for the others, which end by themselves. The exit
        codes."""
        os.kill(self.ids[-1], signal.SIGTERM)
        codes = [self.host.child.wait(LIMIT)]
        while self.ids[1:]:
            codes.append(os.waitstatus_to_exitcode(os.waitpid(self.ids.pop(1), 0)[1]))
        return codes

    def kill(self):
        """What a test that failed has left, one that was about to take over too."""
        self.host.child.kill()
        self.host.child.wait()
        children = pathlib.Path(f"/proc/self/task/{os.getpid()}/children")
        while left := children.read_text(encoding="ascii").split():
            os.kill(int(left[0]), signal.SIGKILL)
            os.waitpid(int(left[0]), 0)


async def upgrade_again_and_again(processes, clients):
    for _ in range(UPGRADES):
        seen = clients.visits
        while clients.visits < seen + VISITS:
            await asyncio.sleep(0.01)
        await processes.upgrade()


async def main(storm):
    keys, crowd = STORMS[storm]
    host = Host(keys)
    processes = Processes(host)
    try:
        await host.ready()
        clients = Clients(host)
        await clients.during(upgrade_again_and_again(processes, clients), clients.tasks(**crowd))
        service = await host.service()
        assert service["refused"] == 0, service
        codes = processes.end()
        assert codes == [0] * (UPGRADES + 1), (codes, host.log())
        print(f"{storm}: {UPGRADES} upgrades, {clients.answers} answers on "
              f"{sum(clients.connections.values())} connections, {clients.visits} of visitors")
    finally:
        processes.kill()
        host.end()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
