# bench/comparison/scenarios.py - the table of what is compared. Add a scenario here.
import pathlib
from dataclasses import dataclass
from typing import Callable, Optional

from . import load, processes, servers

REFERENCES = pathlib.Path(__file__).parents[1] / "reference"


@dataclass(frozen=True)
class Setting:
    """What the measurements of one scenario share."""
    build: pathlib.Path
    placement: processes.Placement
    seconds: float


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    unit: str
    subject: str                     # a key of SERVERS
    measure: Callable                # of a setting and a running server; gives one number
    reference: Optional[str] = None  # a key of SERVERS; none: the value itself has the bar
    bar: Optional[float] = None      # for the ratio subject / reference, or for the value
    lower_is_better: bool = False    # the bar is the most, not the least, that is allowed
    pin: str = "none"                # a Placement, unless the command line names one


# --- servers: functions of a setting -------------------------------------------------------------

def host(services):
    return lambda setting: servers.BerthHost(setting.build, services, setting.placement)


def program(name):
    return lambda setting: servers.Reference([setting.build / "bin" / name, 0], setting.placement)


def python(name):
    return lambda setting: servers.Reference(
        ["python3", REFERENCES / name, 0], setting.placement)


SIX_SERVICES = {
    "echo": {},
    "uppercase": {},
    "greet": {},
    "exec": {"directory": "files"},
    "upload": {"directory": "files"},
    "console": {"directory": "files"},
}

# Under the names that the tables show.
SERVERS = {
    "berthd threads": host({"echo": {"engine": "threads"}}),
    "berthd, 100 services": host({f"echo{n}": {"plugin": "echo"} for n in range(100)}),
    "berthd, 6 services": host(SIX_SERVICES),
    "poco_echo": program("poco_echo"),
    "epoll_echo": program("epoll_echo"),
    "python_echo": python("python_threading_echo.py"),
}


# --- measures ------------------------------------------------------------------------------------

def rate(**options):
    """Messages a second; in mode connect new connections a second."""
    return lambda setting, server: load.run(
        setting.build, server.address, options, setting.placement,
        setting.seconds)["messages_per_second"]


def start_time(_, server):
    return server.start_seconds


def resident_mib(_, server):
    return processes.resident_bytes(server.pid) / 2**20


# --- the table -----------------------------------------------------------------------------------

def echo_threads(connections, **more):
    return Scenario(
        f"echo-threads-{connections}", f"64-byte echo, {connections:,} connections", "messages/s",
        "berthd threads", rate(connections=connections, size=64), "poco_echo", 0.97, **more)


SCENARIOS = [
    # With one connection, client and server take turns. Whether the kernel puts them on one CPU or
    # on two then decides ten times more than the servers do.
    echo_threads(1, pin="together"),
    echo_threads(64),
    echo_threads(1000),
    Scenario("connect-threads", "new connections, 16 bytes each way", "connections/s",
             "berthd threads", rate(mode="connect", connections=32, size=16), "poco_echo", 0.9),
    Scenario("startup-100", "start of a host with 100 services", "s",
             "berthd, 100 services", start_time, bar=0.5, lower_is_better=True),
    Scenario("memory-six", "resident memory with six idle services", "MiB",
             "berthd, 6 services", resident_mib, bar=20, lower_is_better=True),
]
