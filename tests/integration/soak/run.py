# tests/integration/soak/run.py - one run: load, rests, and what came of it.
import asyncio
import collections
import shutil
import time

import processes
from built import BUILD
from soak import bars, resources, rest
from soak.host import PART_TIME, Host
from soak.world import World

FIRST = 60  # seconds after which a run pauses, when it is twice as long: memory grows no more then
CHANGE_PAUSE = 0.6  # seconds between two changes, about
STEPS = 8  # of each part of the load; upgrades come at the first of them
UPGRADES = 3
SHOWN = 5  # seconds between two lines of figures
SETTLE = 10  # seconds for the last lines of the log
END = 150  # seconds for the end of all processes


class Run:
    def __init__(self, engine, seconds, seed):
        self.host = Host(engine)
        self.seconds, self.seed = seconds, seed
        self.world = None
        self.helpers = []
        self.ending = None
        self.begun = time.monotonic()
        self.part = 0
        self.peaks = collections.Counter()  # of memory, by part of the load

    async def go(self):
        """Whether every bar was reached."""
        await self.host.start()
        self.world = World(self.host, self.seed, self.say)
        self.helpers = [asyncio.create_task(each) for each in (
            self.world.log.follow(), self.world.watch_stalls(), self.show())]
        parts = (FIRST, self.seconds - FIRST) if self.seconds > 2 * FIRST else (self.seconds,)
        states = [await rest.state(self.world)]
        for self.part, seconds in enumerate(parts):
            await self.load(seconds)
            states.append(await rest.state(self.world, states[0]))
        outcome = await self.finish()
        found = [*bars.of_resources(states), *bars.of_counters(self.world), *bars.of_files(outcome),
                 *bars.of_run(self.world, outcome)]
        for bar in found:
            self.say(bar)
        self.say(f"{sum(self.world.scenes.values())} scenes, {self.world.ledger.compared} "
                 "connections compared byte by byte; memory under load: at most "
                 + ", then ".join(f"{self.peaks[part] / 2**20:.1f} MiB in {seconds:.0f} s"
                                  for part, seconds in enumerate(parts)))
        return all(bar.good for bar in found)

    def say(self, text):
        print(f"{self.host.engine}: {text}", flush=True)

    async def load(self, seconds):
        """Clients and changes; the last process of it serves for most of the time."""
        self.world.begin(CHANGE_PAUSE)
        operator = self.world.operator
        for step in range(STEPS):
            await asyncio.sleep(seconds / STEPS)
            if step < UPGRADES:
                await self.world.watched("upgrade", operator.upgrade())
        await self.world.end()

    async def finish(self):
        """Takes the last numbers, ends the host, and tells what is left then."""
        world = self.world
        await asyncio.sleep(PART_TIME)
        for service in ("upload", "console"):  # which makes them look for what is too old
            await world.operator.restart(service)
        world.finals[self.host.pid] = await world.operator.stats()
        deadline = time.monotonic() + SETTLE
        while world.ledger.pending and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        outcome = {"parts": world.files.leftovers(), "files": world.files.check()}
        self.ending = asyncio.create_task(asyncio.to_thread(self.host.processes.end, END))
        outcome["codes"] = await asyncio.shield(self.ending)
        self.host.processes.reap_others()
        outcome["processes"] = processes.children()
        world.log.read()
        outcome["state"] = self.host.left_in_state()
        return outcome

    async def show(self):
        shown = time.monotonic()
        while True:
            await asyncio.sleep(0.5)
            self.host.processes.reap_others()
            try:
                memory = resources.resident(self.host.pid)
            except (OSError, IndexError):
                return  # it has ended, and may have no memory any more
            self.peaks[self.part] = max(self.peaks[self.part], memory)
            if time.monotonic() - shown > SHOWN:
                shown = time.monotonic()
                self.show_line(memory)

    def show_line(self, memory):
        world, pid = self.world, self.host.pid
        changes = ", ".join(f"{count} {name}"
                            for name, count in sorted(world.operator.counts.items()))
        self.say(f"{time.monotonic() - self.begun:4.0f}s {sum(world.ledger.connected.values())} "
                 f"connections, {len(world.ledger.pending)} open, "
                 f"{sum(world.files.confirmed.values())} files, {sum(world.commands.values())} "
                 f"commands; {memory / 2**20:.1f} MiB, "
                 f"{sum(resources.descriptors(pid).values())} descriptors, "
                 f"{sum(resources.threads(pid).values())} threads; {changes}")

    async def clear(self):
        """Leaves nothing behind but the log."""
        for task in self.helpers:
            task.cancel()
        if self.ending:
            await self.ending
        if self.world:
            await self.world.close()
        if self.host.log.exists():
            shutil.copy(self.host.log, BUILD / f"soak-{self.host.engine}.log")
        self.host.remove()
