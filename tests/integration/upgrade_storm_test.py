# tests/integration/upgrade_storm_test.py - upgrades berthd under load: nobody is reset, refused, or
# answered wrongly, and every process that was replaced ends as it should.
#
# usage: upgrade_storm_test.py threads|fibers|queue    BERTH_BUILD names the build folder
import asyncio
import sys

from built import SANITIZED
from control_client import LIMIT
from processes import Processes
from storm import Clients
from storm_host import Host

UPGRADES = 10
CROWD = {"comers": 40 if SANITIZED else 192, "holders": 8}
VISITS = 20  # that must succeed between two upgrades
# In the queue, visitors wait for the only thread when the upgrade comes.
STORMS = {"threads": ("engine = threads", CROWD),
          "fibers": ("engine = fibers", CROWD),
          "queue": ("engine = threads\nthreads = 1", {"comers": 0, "visitors": 4})}


async def upgrade(host, processes):
    reply = await host.ask("upgrade")
    assert reply["ok"], reply
    processes.follow((await host.ask("status"))["data"]["pid"])


async def upgrade_again_and_again(host, processes, clients):
    for _ in range(UPGRADES):
        seen = clients.visits
        while clients.visits < seen + VISITS:
            await asyncio.sleep(0.01)
        await upgrade(host, processes)


async def main(storm):
    keys, crowd = STORMS[storm]
    host = Host(keys)
    processes = Processes(host.child)
    try:
        await host.ready()
        clients = Clients(host)
        await clients.during(upgrade_again_and_again(host, processes, clients),
                             clients.tasks(**crowd))
        service = await host.service()
        assert service["refused"] == 0, service
        codes = processes.end(LIMIT)
        assert codes == [0] * (UPGRADES + 1), (codes, host.log())
        print(f"{storm}: {UPGRADES} upgrades, {clients.answers} answers on "
              f"{sum(clients.connections.values())} connections, {clients.visits} of visitors")
    finally:
        processes.kill()
        host.end()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
