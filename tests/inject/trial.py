# tests/inject/trial.py - one life of a host: a scenario, with or without a call that fails.
import collections
import contextlib
import os
import re
import time
from dataclasses import dataclass, field

from host import Build, Host, until
from page import FAIL, Page
from wire import Cut, Hang, Lie, Refused

HELPERS = 8
CROWD = 8
SETTLE = 3  # seconds in which descriptors and threads become as many as they should be


@dataclass
class Order:
    """A call that fails, as page.Page.arm() takes it."""
    way: object
    depth: int
    error: int
    mode: int = FAIL
    skip: int = 0
    times: int = 1


@dataclass
class Outcome:
    """What became of one life."""
    steps: dict = field(default_factory=dict)      # with the call that fails
    recovery: dict = field(default_factory=dict)   # after it
    lies: list = field(default_factory=list)
    hangs: list = field(default_factory=list)
    replies: list = field(default_factory=list)    # what was refused
    said: list = field(default_factory=list)       # every line of the log and of stderr
    new: list = field(default_factory=list)        # of these, since the phase began
    descriptors: tuple = ()                        # of the host before it was ended
    threads: tuple = ()                            # the same
    files: tuple = ()                              # that it left
    code: object = None                            # of its end
    lived: bool = False                            # it served when its phase was over
    fired: int = 0
    seconds: float = 0
    seen: list = field(default_factory=list)       # ways, when it was to record


class Trial:
    """What a scenario's steps are done with."""

    def __init__(self, host, page, outcome):
        self.host = host
        self.page = page
        self.outcome = outcome
        self.into = outcome.recovery
        self.book = {}  # of what each uploaded file may hold
        self.heard = {}  # host.streams() when the phase began

    def step(self, name, act, *arguments, **options):
        """Does it and notes how it went. What it returned, or None."""
        try:
            result = act(*arguments, **options)
            self.into[name] = "ok"
            return result
        except Cut as error:
            self.into[name] = f"cut: {error}"
        except Refused as error:
            self.into[name] = "refused"
            self.outcome.replies.append(str(error))
        except Hang as error:
            self.into[name] = f"hang: {error}"
            self.outcome.hangs.append(f"{name}: {error}")
        except Lie as error:
            self.into[name] = "lie"
            self.outcome.lies.append(f"{name}: {error}")
        return None

    @contextlib.contextmanager
    def observing(self):
        """What is looked at meanwhile does not fail, and is not part of the phase."""
        kept = self.page.pause()
        try:
            yield
        finally:
            self.page.go_on(kept)


def shape(path):
    """A file's name without what differs from one life to the next."""
    return re.sub(r"\b\d{3,}\b", "N", re.sub(r"\d+-\w{6}", "N", str(path)))


def run(scenario, build: Build, folder_of_run, order=None, record=None):
    """`record`: "calls" or "allocations". The scenario's host lives once."""
    outcome = Outcome()
    began = time.monotonic()
    host = scenario.make_host(build, folder_of_run)
    page = Page(host.page_file, build.ids)
    trial = Trial(host, page, outcome)
    try:
        live(scenario, trial, order, record)
    except Hang as error:
        outcome.hangs.append(str(error))
    except (Cut, Refused) as error:
        outcome.lies.append(f"between two steps: {error}")
    finally:
        outcome.said = host.said()
        outcome.new = host.said_since(trial.heard)
        outcome.fired = page.fired()[0]
        if record:
            assert page.get("dropped") == 0, "the table of what is reached is full"
            outcome.seen = list(page.seen())
        host.remove()
        page.close()
    outcome.seconds = time.monotonic() - began
    return outcome


def live(scenario, trial, order, record):
    host, outcome = trial.host, trial.outcome
    if not scenario.fails_from_the_start:
        scenario.start(host)
        assert host.await_ready(), host.said()
        scenario.look_up(host)
        trial.into = {}
        scenario.before(trial)
        assert set(trial.into.values()) <= {"ok"}, (trial.into, outcome.replies, host.said())
    trial.heard = host.streams()
    with armed(trial, order, record):
        trial.into = outcome.steps
        scenario.during(trial)
    outcome.lived = host.runs() and host.pid is not None
    if outcome.lived:
        trial.into = outcome.recovery
        scenario.look_up(host)
        scenario.after(trial)
        settle(host, scenario.expected, outcome)
        scenario.end(trial)
    outcome.code = host.wait()
    scenario.look_at_the_end(trial)
    outcome.files = left_files(host)


@contextlib.contextmanager
def armed(trial, order, record):
    if record:
        trial.page.set("recording", 1)
        trial.page.set("allocations", record == "allocations")
    if order:
        trial.page.arm(order.way, order.depth, order.error, order.mode, order.skip, order.times)
    yield
    trial.page.disarm()
    trial.page.set("recording", 0)
    trial.page.set("allocations", 0)


def settle(host, expected, outcome):
    """Notes what the host has, once it is as expected, or as it stays."""
    deadline = time.monotonic() + (SETTLE if expected else 0.3)
    while True:
        try:
            outcome.descriptors, outcome.threads = host.descriptors(), host.threads()
        except FileNotFoundError:
            return
        if expected and expected.allows(outcome) or time.monotonic() > deadline:
            return
        time.sleep(0.01)


@dataclass
class Expected:
    """What a host may have when its phase is over."""
    descriptors: set = field(default_factory=set)
    threads: collections.Counter = field(default_factory=collections.Counter)

    def add(self, life):
        if life.descriptors:
            self.descriptors.add(life.descriptors)
            self.threads |= collections.Counter(life.threads)

    def allows(self, life):
        """Not more than an honest life; less is what could not be had."""
        within = any(not difference(life.descriptors, honest) for honest in self.descriptors)
        return within and not self.more_threads(life)

    def more_threads(self, life):
        """Pools differ by one from life to life, those of a crowd by how many of it came at once;
        helpers come with what blocks, end when idle."""
        allowed = collections.Counter({name: count + 1 if count < CROWD else 2 * count
                                       for name, count in self.threads.items()})
        allowed["helper"] += HELPERS
        return collections.Counter(life.threads) - allowed


def left_files(host):
    own = {"page", "stderr", "berth.ini"}
    return tuple(sorted(
        shape(os.path.relpath(os.path.join(folder, name), host.folder))
        for folder, _, names in os.walk(host.folder) for name in names
        if name not in own and not name.endswith(".ini")))


def difference(found, wanted):
    """What one multiset has beyond another."""
    more = collections.Counter(found) - collections.Counter(wanted)
    return dict(more)
