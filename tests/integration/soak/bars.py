# tests/integration/soak/bars.py - what must hold at the end of a run.
import dataclasses

from built import SANITIZED
from soak import resources
from soak.host import FLEETING

# Bytes. What the allocator keeps of freed memory varies by less than that after a minute; a leak of
# 1 KiB for each client would be more than 10 MiB in ten minutes.
MEMORY = 2 * 2**20
WARM_UP = 16 * 2**20  # in the first minute: arenas of up to 120 threads, buffers, code that ran
SHOWN = 5  # things of a list


@dataclasses.dataclass
class Bar:
    what: str
    measured: str
    wanted: str
    good: bool

    def __str__(self):
        verdict = "ok" if self.good else "FAILED"
        return f"{self.what}: {self.measured}; bar: {self.wanted}; {verdict}"


def equal(what, **counts):
    """The same number from everybody who counted."""
    measured = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    return Bar(what, measured, "equal", len(set(counts.values())) == 1)


def nothing(what, things):
    some = "; ".join(str(thing) for thing in things[:SHOWN])
    return Bar(what, f"{len(things)}{f' ({some})' if some else ''}", "0", not things)


def of_resources(states):
    """`states`: at rest at the start, after the first minute of a long run, and at the end."""
    start, *first, end = states
    for what in ("descriptors", "threads", "offspring"):
        before, now = getattr(start, what), getattr(end, what)
        changed = resources.difference(now, before)
        # Some threads have the name of the one that made them, and pools keep an idle one a while.
        good = now.total() <= before.total() if what == "threads" else now == before
        yield Bar(f"growth of {what} at rest", f"{now.total() - before.total():+} of "
                  f"{before.total()} ({changed})", "0", good)
    if not SANITIZED:
        before, most, since = (first[0], MEMORY, "first minute") if first else \
            (start, WARM_UP, "start")
        grown = end.memory - before.memory
        yield Bar(f"growth of memory at rest since the {since}",
                  f"{grown / 2**20:+.2f} MiB of {before.memory / 2**20:.1f} MiB",
                  f"{most / 2**20:.0f} MiB", grown <= most)


def of_counters(world):
    ledger = world.ledger
    counters, metrics = world.totals()

    def counted(name, services=tuple(counters)):
        return sum(counters[service][name] for service in services)

    # A client of the one that is stopped may be gone before the host knows of it.
    exact = [service for service in counters if service != FLEETING]
    made = {service: ledger.connected[service] for service in counters}
    yield equal("connections", made=sum(made[service] for service in exact),
                accepted=counted("accepted", exact))
    yield nothing("services that accepted others than were made",
                  [service for service in exact
                   if made[service] != counters[service]["accepted"]])
    yield Bar("connections of the service that is stopped",
              f"{made[FLEETING]} made, {counted('accepted', [FLEETING])} accepted", "no more",
              made[FLEETING] >= counted("accepted", [FLEETING]))
    yield equal("refused", seen=sum(ledger.refused[service] for service in exact),
                counted=counted("refused", exact))
    yield equal("refused by all", counted=counted("refused"), in_the_log=world.log.refused_lines)
    yield equal("served", counted=counted("served"), ended=counted("ended"),
                in_the_log=sum(ledger.lines.values()))
    yield equal("handlers that failed", counted=counted("failed"), wanted=0)
    yield equal("bytes in", counted=counted("bytes_in"),
                in_the_log=sum(ledger.bytes_in.values()))
    yield equal("bytes out", counted=counted("bytes_out"),
                in_the_log=sum(ledger.bytes_out.values()))
    yield equal("clients of the Unix socket (connections, bytes in, bytes out)",
                **{f"by_the_{side}": tuple(counts[name] for name in ("connections", "in", "out"))
                   for side, counts in ledger.unix.items()})
    yield nothing("connections that the log does not tell of", list(ledger.pending.values()))
    yield from of_plugins(world, metrics)


def of_plugins(world, metrics):
    for service in ("upload", "console"):
        yield equal(f"files published by {service}", confirmed=world.files.confirmed[service],
                    in_the_log=world.ledger.published[service],
                    counted=metrics[service]["files_published"])
    for service in ("exec", "console"):
        ran, logged = metrics[service]["commands_run"], world.ledger.commands[service]
        yield equal(f"commands run by {service}", counted=ran, in_the_log=logged)
        answered = world.commands[service]
        yield Bar(f"commands of honest clients of {service}", f"{answered} answered", "no more",
                  answered <= ran)


def of_files(outcome):
    yield nothing("files that are wrong or missing", outcome["files"])
    yield nothing("parts of files that are left", outcome["parts"])
    yield nothing("files that are left in the state folder", outcome["state"])


def of_run(world, outcome):
    codes = outcome["codes"]
    yield equal("exit codes", **{"of_processes": len(codes), "are_0": codes.count(0)})
    yield nothing("processes that are left", outcome["processes"])
    yield nothing("what was wrong on the way", world.ledger.problems)
