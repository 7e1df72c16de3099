# tests/integration/swap_test.py - swaps a plugin under load: nobody is reset, refused, or answered
# by two versions; what was replaced leaves the process.
#
# usage: swap_test.py threads|fibers    BERTH_BUILD names the build folder
import asyncio
import pathlib
import sys

from built import SANITIZED
from storm import Clients
from storm_host import VERSIONS, Host

CLIENTS = 200
SWAPS = 100
GROWTH = 2 * 2**20  # bytes between the tenth swap and the last


def resident(host):
    status = pathlib.Path(f"/proc/{host.child.pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


async def swap(host, clients):
    """The resident memory after the tenth swap."""
    tenth = 0
    for turn in range(1, SWAPS + 1):
        version = VERSIONS[turn % 2]
        host.install(version)
        reply = await host.ask("reload")
        assert reply["ok"], reply
        reader, writer = await host.connect(turn)
        await clients.say(reader, writer, "new", version)
        writer.close()
        if turn == 10:
            tenth = resident(host)
        await asyncio.sleep(0.01)
    return tenth


async def main(engine):
    host = Host(f"engine = {engine}")
    try:
        await host.ready()
        clients = Clients(host)
        tenth = await clients.during(swap(host, clients), clients.tasks(CLIENTS))
        drained = await host.ask("wait drained answers 60s")
        assert drained["ok"], drained
        plugins = (await host.ask("plugins"))["data"]
        assert len([each for each in plugins if each["name"] == "answers"]) == 1, plugins
        grown = resident(host) - tenth
        assert SANITIZED or grown <= GROWTH, f"{grown} bytes more than after the tenth swap"
        counts = clients.connections
        print(f"{engine}: {SWAPS} swaps, {clients.answers} answers on {sum(counts.values())} "
              f"connections ({counts}), memory {grown:+} bytes since the tenth")
        assert min(counts.values()) > 0, counts
    finally:
        code, log = host.end()
    assert code == 0, code
    assert "its code stays in the process" not in log, log


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
