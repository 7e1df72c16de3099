# tests/integration/soak/rest.py - what a host takes that has nothing to do.
import asyncio
import dataclasses
import time

from soak import files, honest, resources
from soak.host import KINDS, SERVICES

LIMIT = 90  # seconds until it must be at rest
QUIET = 3  # seconds of the same numbers


@dataclasses.dataclass
class State:
    memory: int
    descriptors: dict
    threads: dict
    offspring: dict

    @classmethod
    def of(cls, pid):
        return cls(resources.resident(pid), resources.descriptors(pid), resources.threads(pid),
                   resources.offspring(pid))

    def same(self, other):
        return self.fits(other) and other.fits(self)

    def fits(self, other):
        """No more than that."""
        return (self.descriptors, self.offspring) == (other.descriptors, other.offspring) and \
            self.threads.total() <= other.threads.total()


async def touch(world):
    """Everything once, so that what is made when it is first needed is there."""
    rng = world.operator.rng
    for scene in (*honest.SCENES, *files.SCENES):
        await world.play(scene, rng)
    for kind in KINDS:
        await world.operator.swap(kind)
    for service in SERVICES:
        await world.operator.restart(service)
    await world.operator.reload()


async def idle(host):
    """No client is left, no process before this one, and no plugin that was replaced."""
    status = (await host.must("status"))["data"]
    plugins = [each["name"] for each in (await host.must("plugins"))["data"]]
    return status["connections"] == 0 and not status["old_processes"] and \
        len(set(plugins)) == len(plugins)


async def until_idle(host, end):
    while not await idle(host) and time.monotonic() < end:
        await asyncio.sleep(0.5)


async def state(world, like=None):
    """Of the host once it is idle and its numbers stay the same; with `like`, once they are no
    more than those, if that comes about in time."""
    await touch(world)
    end = time.monotonic() + LIMIT
    await until_idle(world.host, end)
    last, since = State.of(world.host.pid), time.monotonic()
    while time.monotonic() < end:
        await asyncio.sleep(0.5)
        now = State.of(world.host.pid)
        if not now.same(last):
            last, since = now, time.monotonic()
        still = time.monotonic() - since
        if still > QUIET and like and now.fits(like) or still > 4 * QUIET and not like:
            break
    return State.of(world.host.pid)
