# tests/inject/cases.py - the scenarios, what they reach, and what can fail there.
import changing
import ending
import plausible
import serving
import starting
import upgrading
from sites import Site, base

PHASES = ("start", "serve", "reload", "swap", "upgrade", "end")
DEEP = 3  # places on the way to a call, by which two ways are told apart
# Whoever waits for the report of a child has the other end of its pipe.
# A connection that is none any more has woken its handler already.
IMPOSSIBLE = {("plugins/exec/start_child.cpp", "write"): ("EPIPE",),
              ("host/engine/connection_record.cpp", "shutdown"): ("ENOTCONN",)}
# Each allocation fails in these, too.
ALLOCATING = ("echo-threads", "echo-fibers", "exec-threads", "upload-fibers", "control",
              "reload-request", "swap-threads", "swap-fibers",
              "probation-threads")


def scenarios():
    found = [scenario for module in (starting, serving, changing, upgrading, ending)
             for scenario in module.scenarios()]
    names = [scenario.name for scenario in found]
    assert len(set(names)) == len(names), sorted(names)
    return found


class Point:
    """A place from which a phase makes a call, by one way or several that look the same."""

    def __init__(self, phase, function, places):
        self.phase = phase
        self.function = function
        self.places = places
        self.kinds = set()
        self.ways = []  # (how many frames, way, count), of the cheapest scenario
        self.scenario = None

    @property
    def site(self):
        return Site(self.places[0], base(self.function))

    def __str__(self):
        return "<".join([f"{self.places[0]}:{self.function}", *self.places[1:]])

    def errors(self):
        file = self.places[0].partition(":")[0]
        impossible = IMPOSSIBLE.get((file, self.function), ())
        return [error for error in plausible.errors(self.function, self.kinds)
                if error not in impossible]


def points(seen_in, site_map, deep=DEEP):
    """`seen_in`: [(scenario, seconds, [Seen])]."""
    site_map.look_up(seen.way for _, _, found in seen_in for seen in found)
    table = {}
    for scenario, _, found in sorted(seen_in, key=lambda each: each[1]):
        for seen in found:
            assert plausible.is_known(seen.way.function), f"unknown: {seen.way.function}"
            places = site_map.places(seen.way)[:deep]
            if not places:
                continue  # what a compiler made, of no line
            key = (scenario.phase, seen.way.function, tuple(place for _, place in places))
            point = table.setdefault(key, Point(*key))
            point.kinds |= seen.kinds
            point.scenario = point.scenario or scenario
            if point.scenario is scenario:
                point.ways.append((places[-1][0], seen.way, seen.count))
    for point in table.values():
        point.ways.sort(key=lambda way: -way[2])
    return list(table.values())


def wrapped_functions():
    """Those that the library stands before, as the symbols of calls are named."""
    return {base(name) for name in (*plausible.BY_FUNCTION, *plausible.NEVER, *plausible.READS,
                                    *plausible.WRITES)}
