# bench/comparison/scenarios.py - the table of what is compared. Add a scenario here.
import pathlib
import resource
from dataclasses import dataclass
from typing import Callable, Optional

from . import change_measures, measures, processes


@dataclass(frozen=True)
class Setting:
    """What the measurements of one scenario share."""
    build: pathlib.Path
    placement: processes.Placement
    seconds: float
    storage: pathlib.Path   # where uploads are stored
    upload_bytes: int


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    unit: str
    subject: str                     # a key of SIDES
    measure: Callable                # of a setting and a running side; gives one number
    reference: Optional[str] = None  # a key of SIDES; none: the value itself has the bar
    bar: Optional[float] = None      # for the ratio subject / reference, or for the value
    rivals: tuple = ()               # keys of SIDES that the subject must be ahead of
    lower_is_better: bool = False    # the bar is the most, not the least, that is allowed
    measure_reference: Optional[Callable] = None  # where the reference is measured otherwise
    pin: str = "none"                # a Placement, unless the command line names one
    chart: str = "other"             # scenarios of one unit that --plot draws together


# What else people would take for the work of an event loop.
RIVALS = ("poco_echo", "libevent_echo", "asio_echo", "python_echo", "python_asyncio_echo",
          "node_echo", "haproxy_echo")

# A client takes a descriptor of the server and one of the load; both need a few for themselves.
# More clients than these tell nothing new and fill the memory of a small machine.
MOST_CLIENTS = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 128, 200_000)


def echo_threads(connections, **more):
    return Scenario(
        f"echo-threads-{connections}", f"64-byte echo, {connections:,} connections", "messages/s",
        "berthd threads", measures.rate(connections=connections, size=64), "poco_echo", 0.97,
        chart="echo-threads", **more)


def echo_fibers(connections):
    return Scenario(
        f"echo-fibers-{connections}", f"64-byte echo, {connections:,} connections", "messages/s",
        "berthd fibers", measures.rate(connections=connections, size=64), "epoll_echo", 0.97,
        RIVALS, chart="echo-fibers")


def connect_fibers(clients):
    return Scenario(
        f"connect-fibers-{clients}", f"new connections, 16 bytes each way, {clients} at once",
        "connections/s", "berthd fibers",
        measures.rate(mode="connect", connections=clients, size=16), "epoll_echo", 0.95, RIVALS,
        chart="connect")


def memory_fibers(name, connections):
    return Scenario(
        f"memory-fibers-{name}", f"resident memory an idle client, {connections:,} clients",
        "KiB", "berthd fibers, many clients", measures.kib_per_idle_client(connections), bar=4.5,
        lower_is_better=True, chart="memory-fibers")


def swap_connect(engine):
    # At a rate: of clients that come one after the other, a stall would hold up only a few.
    latency = measures.latency("p99", mode="connect", connections=64, size=16, rate=1000)
    return Scenario(
        f"swap-connect-{engine}", "p99 latency that swaps add to new connections", "ms",
        f"berthd {engine}, swapped", change_measures.added_by_swaps(latency, 1e-3), bar=50,
        lower_is_better=True, chart="swap-connect")


def swap_echo(engine):
    rate = measures.rate(connections=64, size=64)
    return Scenario(
        f"swap-echo-{engine}", "64-byte echo while swapping, 64 connections", "messages/s",
        f"berthd {engine}, swapped", change_measures.while_swapping(rate), f"berthd {engine}",
        0.95, measure_reference=change_measures.longer(rate), chart="swap-echo")


BIG = {"connections": 16, "size": "64K"}
# Only lengths: the bytes that come back are others.
CHANGED = {"verify": "length"}

SCENARIOS = [
    # With one connection, client and server take turns. Whether the kernel puts them on one CPU or
    # on two then decides ten times more than the servers do.
    echo_threads(1, pin="together"),
    echo_threads(64),
    echo_threads(1000),
    Scenario("connect-threads", "new connections, 16 bytes each way", "connections/s",
             "berthd threads", measures.rate(mode="connect", connections=32, size=16),
             "poco_echo", 0.9, chart="connect"),
    echo_fibers(64),
    echo_fibers(256),
    echo_fibers(1000),
    Scenario("latency-fibers-64", "p99 latency, 64-byte echo, 64 connections", "us",
             "berthd fibers", measures.latency("p99", connections=64, size=64), "epoll_echo", 1.1,
             lower_is_better=True, chart="latency-fibers"),
    Scenario("echo-fibers-64k", "64-KiB echo, 16 connections", "MB/s",
             "berthd fibers", measures.megabytes(**BIG), "epoll_echo", 0.97,
             chart="bulk-fibers"),
    connect_fibers(8),
    connect_fibers(48),
    memory_fibers("4000", 4000),
    memory_fibers("most", MOST_CLIENTS),
    Scenario("uppercase-fibers-64", "64-byte uppercase, 64 connections", "messages/s",
             "berthd fibers, uppercase", measures.rate(connections=64, size=64, **CHANGED),
             "epoll_uppercase", 0.95, chart="uppercase-fibers"),
    Scenario("uppercase-fibers-64k", "64-KiB uppercase, 16 connections", "MB/s",
             "berthd fibers, uppercase", measures.megabytes(**BIG, **CHANGED), "epoll_uppercase",
             0.95, chart="bulk-fibers"),
    Scenario("upload-plain", "upload of one large file", "MB/s", "berthd fibers, upload",
             measures.upload(), "recv_file", 0.95, chart="upload"),
    Scenario("upload-sha256", "upload of one large file with its sha256", "MB/s",
             "berthd fibers, upload", measures.upload("--sha256"), "recv_file beside sha256_loop",
             0.95, measure_reference=measures.upload_beside_hash, chart="upload"),
    Scenario("exec-true", "runs of /bin/true, one after the other", "commands/s",
             "berthd fibers, exec", measures.commands, "epoll_exec", 0.95, chart="exec"),
    swap_connect("threads"),
    swap_connect("fibers"),
    swap_echo("threads"),
    swap_echo("fibers"),
    Scenario("reload-1000", "reload of a host with 1,000 services, one changed", "s",
             "berthd, 1,000 services", change_measures.reload_time, bar=0.1, lower_is_better=True,
             chart="reload"),
    Scenario("startup-100", "start of a host with 100 services", "s", "berthd, 100 services",
             measures.start_time, bar=0.5, lower_is_better=True, chart="startup"),
    Scenario("memory-six", "resident memory with six idle services", "MiB", "berthd, 6 services",
             measures.resident_mib, bar=20, lower_is_better=True, chart="memory-six"),
]
