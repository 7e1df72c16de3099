# bench/comparison/sides.py - everything that can be measured, by the names that the tables show.
import pathlib

from .berth_host import BerthHost
from .haproxy import HaproxyEcho
from .references import Loop, Reference, SideBySide, StoringReference
from .swapped_host import SwappedHost

REFERENCES = pathlib.Path(__file__).parents[1] / "reference"


# --- functions of a setting, which make a server --------------------------------------------------

def host(services, **host_keys):
    return lambda setting: BerthHost(setting.build, services, setting.placement, host_keys)


def storing_host(services):
    return lambda setting: BerthHost(
        setting.build, services, setting.placement, parent=setting.storage)


def swapped_host(keys, **host_keys):
    return lambda setting: SwappedHost(setting.build, keys, setting.placement, host_keys)


def program(name, *words):
    return lambda setting: Reference(
        [setting.build / "bin" / name, 0, *words], setting.placement)


def storing_program(name):
    return lambda setting: StoringReference(
        [setting.build / "bin" / name, 0], setting.placement, setting.storage)


def script(interpreter, name):
    return lambda setting: Reference([interpreter, REFERENCES / name, 0], setting.placement)


def beside_loop(server, name):
    return lambda setting: SideBySide(
        server(setting), Loop(setting.build / "bin" / name, setting.placement))


def haproxy_before(backend):
    return lambda setting: HaproxyEcho(backend(setting), setting.placement)


# --- the table ------------------------------------------------------------------------------------

SIX_SERVICES = {
    "echo": {},
    "uppercase": {},
    "greet": {},
    "exec": {"directory": "files"},
    "upload": {"directory": "files"},
    "console": {"directory": "files"},
}

MANY = {"max_connections": 1000000}  # the default would hold clients back
UPLOAD = {"directory": "files", "overwrite": "on", "max_file_size": "0", "min_free_space": "1M"}
EXEC = {"directory": "files", "command.true": "/bin/true"}


def on_engine(engine, **loops):
    """The hosts of one engine. Scenarios name those on fibers; --engine takes the others."""
    key = {"engine": engine}
    return {
        f"berthd {engine}": host({"echo": key}, **loops),
        f"berthd {engine}, many clients": host({"echo": {**key, **MANY}}, **loops),
        f"berthd {engine}, swapped": swapped_host(key, **loops),
        f"berthd {engine}, uppercase": host({"uppercase": key}, **loops),
        f"berthd {engine}, upload": storing_host({"upload": {**key, **UPLOAD}}),
        f"berthd {engine}, exec": host({"exec": {**key, **EXEC}}),
    }


SIDES = {
    **on_engine("threads"),
    **on_engine("fibers", loops=1),
    "berthd, 100 services": host({f"echo{n}": {"plugin": "echo"} for n in range(100)}),
    "berthd, 1,000 services": host({f"echo{n}": {"plugin": "echo"} for n in range(1000)}),
    "berthd, 6 services": host(SIX_SERVICES),
    "epoll_echo": program("epoll_echo"),
    "poco_echo": program("poco_echo"),
    "libevent_echo": program("libevent_echo"),
    "asio_echo": program("asio_echo"),
    "uring_echo": program("uring_echo"),
    "python_echo": script("python3", "python_threading_echo.py"),
    "python_asyncio_echo": script("python3", "python_asyncio_echo.py"),
    "node_echo": script("node", "node_echo.js"),
    "haproxy_echo": haproxy_before(program("epoll_echo")),
    "epoll_uppercase": program("epoll_uppercase"),
    "epoll_exec": program("epoll_exec", "true=/bin/true"),
    "recv_file": storing_program("recv_file"),
    "recv_file beside sha256_loop": beside_loop(storing_program("recv_file"), "sha256_loop"),
}
