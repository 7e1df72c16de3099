# bench/comparison/berth_host.py - a berthd to measure, with a configuration of its own.
import json
import pathlib
import shutil
import socket
import tempfile
import time

from . import processes
from .processes import StartError

START_LIMIT = 20  # seconds
POLL_INTERVAL = 0.002  # seconds


class BerthHost:
    """berthd with a configuration of its own in a temporary folder. Use it in a with statement.

    `services`: the keys of each service by its name; every one listens on a free port.
    `host_keys`: more keys of [host]. `parent`: where the temporary folder is made.
    """

    def __init__(self, build, services, placement, host_keys=None, parent=None):
        self.build = pathlib.Path(build)
        self.services = services
        self.placement = placement
        self.host_keys = host_keys or {}
        self.parent = parent

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-bench-", dir=self.parent))
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
    def files(self):
        """Where services may put files."""
        return self.folder / "files"

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

    def change(self, service, **keys):
        """Changes keys of one service in the file; a reload puts them in force."""
        self.services = {**self.services, service: {**self.services[service], **keys}}
        self._write_ini()

    def _write_configuration(self):
        self._write_ini()
        (self.folder / "state").mkdir(mode=0o700)
        self.files.mkdir()

    def _write_ini(self):
        lines = [
            "[host]", f"plugins = {self.build / 'plugins'}", "state = state",
            *(f"{key} = {value}" for key, value in self.host_keys.items()),
            "[control]", "listen = unix:state/control.sock"]
        for name, keys in self.services.items():
            lines.append(f"[service:{name}]")
            lines += [f"{key} = {value}" for key, value in {"listen": 0, **keys}.items()]
        (self.folder / "berth.ini").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _start(self):
        started = time.monotonic()
        with open(self.folder / "log", "w", encoding="utf-8") as log:
            self.child = processes.start(
                [self.build / "bin" / "berthd", "--config", self.folder / "berth.ini"],
                self.placement.server, stdout=log, stderr=log, cwd=self.folder)
        while not self._all_serving():
            if self.child.poll() is not None or time.monotonic() - started > START_LIMIT:
                raise StartError(f"berthd does not serve: {self._complaint()}")
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

    def _complaint(self):
        """The first error in the log, else its last line."""
        lines = (self.folder / "log").read_text(encoding="utf-8").splitlines()
        errors = [line for line in lines if "error" in line]
        return (errors + lines[-1:] + ["it wrote no log"])[0]


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
