# tests/integration/soak/changes.py - an operator who changes the host all the while.
import asyncio
import collections
import os
import signal
import time

from lines import Lines
from soak.host import FLEETING, KINDS, MESSAGES, SERVICES

LIVE = (("crowd", "max_per_client", ("0", "100")), ("echo", "idle_timeout", ("8s", "12s")),
        ("queue", "max_connections", ("3", "4")), ("greet", "rate", ("0", "100000/s")),
        ("secret", "max_lifetime", ("0", "5m")))
LOOKS = ("status", "connections", "plugins", "show", "version", "help", "show pins echo",
         "reload plan")


def asked(old, request):
    """The reply of a process that may be an old one."""
    old.send(f"json {request}\n".encode())
    return old.reply()


def last_numbers(old):
    """Of a process that drains, once nobody is left: it answers for some seconds more."""
    while True:
        stats = asked(old, "stats")["data"]
        if not any(each["counters"]["open"] or each["counters"]["holding"] for each in stats):
            old.close()
            return stats
        time.sleep(0.1)


class Operator:
    def __init__(self, world, rng):
        self.world, self.host, self.rng = world, world.host, rng
        self.counts = collections.Counter()
        self.leaving = []  # tasks: each sees an old process off
        self.number = 0
        self.file = asyncio.Lock()  # held while it is wrong
        self.weights = {self.look: 4, self.reload: 4, self.reload_broken: 1, self.hangup: 1,
                        self.restart: 3, self.swap: 5, self.set: 2, self.kill: 2, self.reopen: 1,
                        self.stop: 2, self.new_engine: 1}

    async def work(self, pause):
        """One change after the other; each is followed by a pause of that many seconds, about."""
        while not self.world.resting:
            change, = self.rng.choices(list(self.weights), list(self.weights.values()))
            await self.world.watched(change.__name__, change())
            self.counts[change.__name__] += 1
            await self.world.sleep(self.rng.random() * 2 * pause)

    async def must(self, request):
        """A change; asked again of the next process when this one handed over meanwhile."""
        while True:
            reply = await self.host.ask(request)
            if reply["ok"]:
                return
            assert reply["text"].startswith("another process serves"), (request, reply)

    async def stop(self):
        """Takes a service away, in one of the ways, and brings it back."""
        for request in self.rng.choice(((f"stop {FLEETING}", f"start {FLEETING}"),
                                        (f"drain {FLEETING} 2m", f"restart {FLEETING}"),
                                        ("off", "on"))):
            if request in ("off", "on"):
                async with self.file:
                    await asyncio.to_thread(self.host.write_ini, enabled=request)
                    await self.must("reload")
            else:
                await self.must(request)
            await self.world.sleep(self.rng.random())

    async def look(self):
        await self.must(self.rng.choice(LOOKS))
        self.world.check_sums(await self.stats())

    async def stats(self):
        return (await self.host.must("stats"))["data"]

    async def reload(self, **knobs):
        with self.world.change("greet"):
            await asyncio.to_thread(self.host.write_ini, message=self.rng.choice(MESSAGES), **knobs)
            await self.must("reload")

    async def new_engine(self):
        await self.reload(threads=self.rng.choice((0, 500)))

    async def reload_broken(self):
        async with self.file:
            await asyncio.to_thread(self.host.write_ini, broken=True)
            reply = await self.host.ask("reload")
            await asyncio.to_thread(self.host.write_ini)
            assert not reply["ok"], reply

    async def hangup(self):
        os.kill(self.host.pid, signal.SIGHUP)  # of a file that did not change

    async def restart(self, service=None):
        service = service or self.rng.choice(list(SERVICES))
        with self.world.change(service):
            await self.must(f"restart {service}")

    async def swap(self, kind=None):
        """Loads another file of a plugin: its services go over to it."""
        kind = kind or self.rng.choice(KINDS)
        self.number += 1
        copy = await asyncio.to_thread(self.host.copy_plugin, kind, self.number)
        with self.world.change(*(name for name, of in SERVICES.items() if of == kind)):
            await self.must(f"load {copy}")
        await asyncio.to_thread(copy.unlink)

    async def set(self):
        service, key, values = self.rng.choice(LIVE)
        await self.must(f"set {service} {key} {self.rng.choice(values)}")

    async def kill(self):
        """Cuts one of those who say nothing."""
        silent = [row["id"] for row in (await self.host.must("connections"))["data"]
                  if self.world.ledger.scene(row["peer"]) == "silence"]
        if silent:
            reply = await self.host.ask(f"kill {self.rng.choice(silent)}")
            assert reply["ok"] or reply["code"] == "not-found", reply

    async def reopen(self):
        await self.must("log reopen")

    async def upgrade(self):
        async with self.file:
            await self.hand_over()

    async def hand_over(self):
        old, pid = Lines(str(self.host.control)), self.host.pid
        with self.world.change(*SERVICES):
            reply = await asyncio.to_thread(asked, old, "upgrade")
        assert reply["ok"], reply
        self.host.processes.follow((await self.host.must("status"))["data"]["pid"])
        self.leaving.append(asyncio.create_task(
            self.world.watched("see off", self.see_off(old, pid))))
        self.counts["upgrade"] += 1

    async def see_off(self, old, pid):
        """Takes the last numbers of a process that drains behind the next one."""
        stats = await asyncio.to_thread(last_numbers, old)
        self.world.check_sums(stats)
        self.world.finals[pid] = stats
