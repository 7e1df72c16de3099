# bench/comparison/servers.py - the servers that are compared, each a process of its own.
import json
import pathlib
import select
import shutil
import socket
import tempfile
import time

from . import processes
from .processes import StartError

START_LIMIT = 20  # seconds
POLL_INTERVAL = 0.002  # seconds


class Reference:
    """A server that prints `listening PORT` once it listens. Use it in a with statement."""

    def __init__(self, command, placement):
        self.command = command
        self.placement = placement

    def __enter__(self):
        self.child = processes.start(
            self.command, self.placement.server, stdout=processes.subprocess.PIPE)
        try:
            ready, _, _ = select.select([self.child.stdout], [], [], START_LIMIT)
            words = self.child.stdout.readline().split() if ready else []
            if len(words) != 2 or words[0] != "listening":
                raise StartError(f"{self.command[0]} does not say where it listens")
        except BaseException:
            processes.stop(self.child)
            raise
        self.address = f"127.0.0.1:{words[1]}"
        return self

    def __exit__(self, *_):
        processes.stop(self.child)

    @property
    def pid(self):
        return self.child.pid


class BerthHost:
    """berthd with a configuration of its own in a temporary folder. Use it in a with statement.

    `services`: the keys of each service by its name; every one listens on a free port.
    """

    def __init__(self, build, services, placement):
        self.build = pathlib.Path(build)
        self.services = services
        self.placement = placement

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-bench-"))
        try:
            self._write_configuration()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if hasattr(self, "child"):
            processes.stop(self.child)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def pid(self):
        return self.child.pid

    @property
    def address(self):
        """Where the first service listens."""
        return self.addresses[next(iter(self.services))]

    def ask(self, request):
        """The reply to one request on the control socket, as an object."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(START_LIMIT)
            control.connect(str(self.folder / "state" / "control.sock"))
            with control.makefile("rw", encoding="utf-8") as stream:
                stream.write(f"json {request}\n")
                stream.flush()
                return json.loads(stream.readline())

    def _write_configuration(self):
        lines = [
            "[host]", f"plugins = {self.build / 'plugins'}", "state = state",
            "[control]", "listen = unix:state/control.sock"]
        for name, keys in self.services.items():
            lines.append(f"[service:{name}]")
            lines += [f"{key} = {value}" for key, value in {"listen": 0, **keys}.items()]
        (self.folder / "berth.ini").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (self.folder / "state").mkdir(mode=0o700)
        (self.folder / "files").mkdir()

    def _start(self):
        started = time.monotonic()
        with open(self.folder / "log", "w", encoding="utf-8") as log:
            self.child = processes.start(
                [self.build / "bin" / "berthd", "--config", self.folder / "berth.ini"],
                self.placement.server, stdout=log, stderr=log, cwd=self.folder)
        while not self._all_serving():
            if self.child.poll() is not None or time.monotonic() - started > START_LIMIT:
                raise StartError(f"berthd does not serve: {self._last_words()}")
            time.sleep(POLL_INTERVAL)
        self.start_seconds = time.monotonic() - started

    def _all_serving(self):
        try:
            found = list(_services_in(self.ask("services")))
        except (OSError, ValueError):
            return False
        self.addresses = {each["name"]: each["addresses"][0] for each in found
                          if each["state"] == "serving" and each["addresses"]}
        return self.addresses.keys() == self.services.keys()

    def _last_words(self):
        lines = (self.folder / "log").read_text(encoding="utf-8").splitlines()
        return lines[-1] if lines else "it wrote no log"


def _services_in(reply):
    """Every object with a name and addresses, wherever the reply has it."""
    if isinstance(reply, dict):
        if "addresses" in reply and "name" in reply:
            yield reply
            return
        reply = list(reply.values())
    if isinstance(reply, list):
        for item in reply:
            yield from _services_in(item)
