# tests/integration/soak/world.py - the host with all its clients, and what is known of them.
import asyncio
import collections
import contextlib
import random
import time
import traceback

from soak import files, honest, hostile
from soak.changes import Operator
from soak.client import Told
from soak.files import Files
from soak.ledger import Ledger
from soak.log_reader import LogReader

HONEST = 24  # clients at once
HOSTILE = 40
PAUSE = 0.3  # seconds of a client between two of its scenes, about
LONGEST_SCENE = 150  # seconds
TURN = 0.05  # seconds
STALL = 2  # seconds
RAN = (b"exit ", b"signal ", b"error timeout ", b"error output-limit ")


class World:
    def __init__(self, host, seed, say):
        self.host, self.seed = host, seed
        self.ledger = Ledger(say, self.stalled)
        self.files = Files(self)
        self.log = LogReader(host.log, self.ledger)
        self.operator = Operator(self, random.Random(f"{seed} operator"))
        self.epochs = collections.Counter()  # changes of each service
        self.changing = collections.Counter()
        self.commands = collections.Counter()  # that ran, as honest clients know
        self.finals = {}  # the last numbers of each process, by its id
        self.resting = False
        self.left = 0
        self.scenes = collections.Counter()
        self.tasks = []
        self.stalls = collections.deque(maxlen=int(LONGEST_SCENE / TURN))

    @contextlib.contextmanager
    def change(self, *services):
        """Notes that a change of these services is under way."""
        self.epochs.update(services)
        self.changing.update(services)
        try:
            yield
        finally:
            self.changing.subtract(services)

    def epoch(self, service):
        """One number between two changes; none while one is under way."""
        return self.epochs[service] if self.changing[service] == 0 else None

    def unchanged(self, service, epoch):
        """No change touched the service since it had that epoch."""
        return epoch is not None and self.epochs[service] == epoch

    def note_command(self, service, end):
        if end.startswith(RAN):
            self.commands[service] += 1

    def check_sums(self, stats):
        for service in stats:
            counters = service["counters"]
            sums = (counters["refused"] + counters["served"] + counters["holding"],
                    counters["open"] + counters["ended"])
            if sums != (counters["accepted"], counters["served"]):
                self.ledger.problem(f"the sums do not agree: {service}")

    def totals(self):
        """The counters and the plugins' own numbers of all processes together, by service."""
        counters = collections.defaultdict(collections.Counter)
        metrics = collections.defaultdict(collections.Counter)
        for stats in self.finals.values():
            for service in stats:
                counters[service["name"]].update(service["counters"])
                metrics[service["name"]].update(
                    {each["name"]: each["value"] for each in service["metrics"]})
        return counters, metrics

    async def sleep(self, seconds):
        """Or until the host is to rest."""
        for _ in range(int(seconds / 0.05)):
            if self.resting:
                return
            await asyncio.sleep(0.05)

    @staticmethod
    def describe(name, error):
        where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in
                           reversed(traceback.extract_tb(error.__traceback__)))
        return f"{name}: {type(error).__name__}: {error} ({where})"

    async def watched(self, name, doing):
        """Does it; what goes wrong is a problem of the run's."""
        try:
            async with asyncio.timeout(LONGEST_SCENE):
                await doing
        except Told:
            pass
        except Exception as error:  # pylint: disable=broad-except
            self.ledger.problem(self.describe(name, error))

    async def watch_stalls(self):
        while True:
            begun = time.monotonic()
            await asyncio.sleep(TURN)
            self.stalls.append((begun, time.monotonic() - begun - TURN))

    def stalled(self, since):
        """Whether the clients missed their turns for long since that time."""
        return sum(late for begun, late in self.stalls if begun > since) > STALL

    async def play(self, scene, rng):
        self.scenes[scene.__name__] += 1
        await self.watched(scene.__name__, scene(self, rng))

    async def work(self, scenes, number):
        rng = random.Random(f"{self.seed} {number}")
        await asyncio.sleep(rng.random() * PAUSE)
        while not self.resting:
            scene, = rng.choices(list(scenes), list(scenes.values()))
            await self.play(scene, rng)
            await self.sleep(rng.random() * 2 * PAUSE)

    def begin(self, pause):
        self.resting = False
        scenes = [honest.SCENES | files.SCENES] * HONEST + [hostile.SCENES] * HOSTILE
        self.tasks = [asyncio.create_task(self.work(each, number))
                      for number, each in enumerate(scenes)]
        self.tasks.append(asyncio.create_task(self.operator.work(pause)))

    async def end(self):
        """Lets everybody finish; then the host is at rest."""
        self.resting = True
        for task in self.tasks:
            await task
        for task in self.operator.leaving:
            await task
        self.operator.leaving.clear()

    async def close(self):
        for task in [*self.tasks, *self.operator.leaving]:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self.tasks, *self.operator.leaving, return_exceptions=True)
        self.log.close()
