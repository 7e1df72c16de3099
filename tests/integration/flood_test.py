# tests/integration/flood_test.py - twenty times as many clients as a service takes: an operator
# gets in all the while, and right after it the service answers as before.
import asyncio
import sys
import time

from built import SANITIZED
from storm_host import Host

PLACES = 25
FLOOD = 20 * PLACES
WITHIN = 10  # probes after the flood until the full rate is back
PROBE = 0.1  # seconds of one of them, and more when the machine gives this process no turn
MEASURED = 0.5  # seconds that rates are measured for
# Of the rate of a service beside it that had no flood, measured in the same moments: the machine
# does other things, too.
LEAST = 0.5
TWIN = "[service:twin]\nplugin = ./answers.so\nlisten = 127.0.0.1:0"


async def answered(port):
    """The seconds that a fresh client waits for its answer; None for one that is refused."""
    begin = time.monotonic()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x\n")
        line = await asyncio.wait_for(reader.readline(), 10)
        writer.close()
    except OSError:
        return None
    return time.monotonic() - begin if line.endswith(b"x\n") else None


async def rates(ports, seconds):
    """For each port the fresh clients that were answered, in a second; asked in turn."""
    counts, waits = [0] * len(ports), [0] * len(ports)
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        for index, port in enumerate(ports):
            asked = time.monotonic()
            counts[index] += await answered(port) is not None
            waits[index] += time.monotonic() - asked
    return [count / wait for count, wait in zip(counts, waits)]


async def flood_client(host, stop):
    """Comes again whenever it is closed, and says nothing."""
    while not stop.is_set():
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", host.port)
            waits = [asyncio.create_task(reader.read(1)), asyncio.create_task(stop.wait())]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
            writer.transport.abort()
        except OSError:
            pass
        await asyncio.sleep(0.05)


async def operator(host, stop, waits):
    """Asks all the while; adds how long each answer took, in seconds."""
    while not stop.is_set():
        begin = time.monotonic()
        reply = await host.ask("status")
        assert reply["ok"], reply
        waits.append(time.monotonic() - begin)
        await asyncio.sleep(0.05)


async def run(host):
    await host.ready()
    twin = (await host.ask("services"))["data"][1]["addresses"][0].rpartition(":")[2]
    ports = [host.port, int(twin)]
    stop = asyncio.Event()
    waits = []
    asked = asyncio.create_task(operator(host, stop, waits))
    flood = [asyncio.create_task(flood_client(host, stop)) for _ in range(FLOOD)]
    full = "full: max_connections reached"
    while (await host.service())["reason"] != full:
        await asyncio.sleep(0.02)
    begin = time.monotonic()
    while time.monotonic() - begin < 2 or len(waits) < 10:
        await asyncio.sleep(0.05)  # of flood
        assert time.monotonic() - begin < 30 and not asked.done(), waits
    stop.set()
    await asked
    await asyncio.gather(*flood)
    end = time.monotonic()
    probes = 0
    while True:
        own, other = await rates(ports, PROBE)
        if own >= LEAST * other:
            break
        probes += 1
        assert SANITIZED or probes < WITHIN, (own, other)
        assert time.monotonic() - end < 20, (own, other)
    took = time.monotonic() - end
    own, other = await rates(ports, MEASURED)
    print(f"{own:.0f} answers/s after a flood of {FLOOD}, {other:.0f} beside it; at that rate "
          f"within {took:.2f} s; {len(waits)} questions of an operator, {max(waits):.2f} s at most")
    assert max(waits) < 10, waits


def main(overflow):
    host = Host(f"max_connections = {PLACES}\noverflow = {overflow}\nidle_timeout = 5m\n{TWIN}")
    try:
        asyncio.run(run(host))
    finally:
        code, log = host.end()
    assert code == 0, log


main(sys.argv[1])
