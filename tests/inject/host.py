# tests/inject/host.py - a berthd with the library before it, and what can be seen of it from outside.
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

from wire import LIMIT, Cut, Hang, Refused, Wire

SHIPPED = ("echo", "uppercase", "greet", "exec", "upload", "console")


def until(condition, limit=LIMIT):
    """The first true value of condition()."""
    deadline = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Hang(f"not within {limit} s")
        time.sleep(0.004)


class Build:
    """What was built, by folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self.berthd = self.folder / "bin" / "berthd"
        self.library = self.folder / "tests" / "inject" / "inject.so"

    def own_files(self):
        sdk = self.folder / "lib" / "libberth.so.1"
        return [self.berthd, sdk, *(self.plugin(name) for name in SHIPPED)]

    def plugin(self, name):
        return self.folder / "plugins" / f"{name}.so"

    def fixture(self, name):
        return self.folder / "tests" / "fixtures" / f"{name}.so"


def process_runs(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


class Host:
    """Its folder is its own. The process that serves may be another one after an upgrade."""

    def __init__(self, build, ini, folders=()):
        self.build = build
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-inject-"))
        self.page_file = self.folder / "page"
        self.child = None
        self.pid = None
        self.successor = None  # the exit code of the process that took over, once it has ended
        self.ports = {}
        for each in ("plugins", "state", *folders):
            (self.folder / each).mkdir(mode=0o700, parents=True)
        self.write_ini(ini)

    def write_ini(self, text, name="berth.ini"):
        aside = self.folder / f"{name}.new"
        aside.write_text(text, encoding="utf-8")
        aside.rename(self.folder / name)

    def install(self, file, name, folder="plugins"):
        """As an operator does it: aside, then renamed."""
        aside = self.folder / folder / f"{name}.so.tmp"
        shutil.copy(file, aside)
        aside.rename(self.folder / folder / f"{name}.so")

    def start(self, *options, before=(), variables=None, **more):
        environment = {**os.environ, "LD_PRELOAD": str(self.build.library),
                       "BERTH_INJECT": str(self.page_file), **(variables or {})}
        self.errors = open(self.folder / "stderr", "ab")  # pylint: disable=consider-using-with
        more.setdefault("stderr", self.errors)
        self.child = subprocess.Popen(
            [*before, self.build.berthd, "--config", "berth.ini", *options],
            cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=more["stderr"], **more)
        self.errors.close()
        self.pid = self.child.pid

    # --- what it says ---

    def streams(self):
        """The lines of each log and of its standard error. A log's rotated files are a part of it."""
        found = {}
        logs = sorted(self.folder.glob("*.log*"), key=rotations, reverse=True)
        for file in [*logs, self.folder / "stderr"]:
            with contextlib.suppress(FileNotFoundError):
                lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
                found.setdefault(file.name.partition(".log")[0], []).extend(lines)
        return found

    def said(self):
        """Every line of every stream."""
        return [line for lines in self.streams().values() for line in lines]

    def said_since(self, before):
        """What came after these streams()."""
        return [line for name, lines in self.streams().items()
                for line in lines[len(before.get(name, ())):]]

    def ended(self):
        """Its exit code once it has ended."""
        return self.child.poll()

    def await_ready(self):
        """False when it ended instead."""
        patience = time.monotonic() + 2  # the line itself may have met the error

        def ready_or_ended():
            if any(" is ready with " in line for line in self.said()):
                return "ready"
            if self.ended() is not None:
                return "ended"
            return "ready" if time.monotonic() > patience and self.answers() else None
        return until(ready_or_ended) == "ready"

    def answers(self):
        try:
            return self.ask("ping")["ok"]
        except (Cut, Refused):
            return False

    def ask(self, request):
        """The reply of the control port, as an object."""
        with Wire(self.folder / "control.sock") as wire:
            wire.send(f"json {request}\n".encode())
            line = wire.line()
        if line.startswith(b"ERR "):  # before it was read
            raise Refused(line.decode())
        reply = json.loads(line)
        if not reply["ok"]:
            raise Refused(f"{reply['code']} {reply['text']} {reply.get('lines', '')}")
        return reply

    def look_up_ports(self):
        for service in self.ask("services")["data"]:
            self.ports[service["name"]] = [address_of(each) for each in service["addresses"]]

    def address(self, service, index=0):
        if service not in self.ports:
            raise Cut(f"there is no service {service}")
        found = self.ports[service][index]
        return found if isinstance(found, int) else self.folder / found

    # --- what it has ---

    def descriptors(self):
        """What they lead to, sorted."""
        leads = []
        for entry in os.scandir(f"/proc/{self.pid}/fd"):
            with contextlib.suppress(FileNotFoundError):
                lead = os.readlink(entry.path).partition(":[")[0]
                lead = re.sub(r"@\d+-\w{6}", "", lead).replace(str(self.folder), ".")
                leads.append("/dev/null" if lead == "/" else lead)  # it stands in for that
        return tuple(sorted(leads))

    def threads(self):
        """Their names, sorted."""
        names = []
        for entry in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                # Poco 1.13 names its threads by their port.
                name = (entry / "comm").read_text(encoding="ascii").strip()
                names.append(re.sub(r"\d+", "N", name))
        return tuple(sorted(names))

    def runs(self):
        """Whether the process that serves is there."""
        return process_runs(self.pid)

    # --- how it ends ---

    def terminate(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def wait(self, limit=LIMIT):
        """The exit code of the process that was started, or, when that is 0, of the one that serves
        in its place, which is this process's child by then."""
        try:
            code = self.child.wait(limit)
        except subprocess.TimeoutExpired as error:
            raise Hang(f"it does not end within {limit} s") from error
        if self.pid in (None, self.child.pid):
            return code
        if self.successor is None:
            _, status = until(lambda: reaped(self.pid), limit)
            self.successor = os.waitstatus_to_exitcode(status)
        return code or self.successor

    def remove(self):
        if self.child and self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        kill_children()
        shutil.rmtree(self.folder, ignore_errors=True)


def rotations(file):
    """How often a log file was set aside."""
    return int(file.suffix[1:]) if file.suffix[1:].isdigit() else 0


def reaped(pid):
    """What waitpid() tells of a child that has ended."""
    found = os.waitpid(pid, os.WNOHANG)
    return found if found[0] else None


def address_of(text):
    """A port, or a path below the folder."""
    if text.startswith("unix:"):
        return pathlib.Path(text[len("unix:"):])
    return int(text.rpartition(":")[2])


def kill_children():
    """Whatever this process, which adopts orphans, has left."""
    mine = pathlib.Path(f"/proc/self/task/{os.getpid()}/children")
    while left := mine.read_text(encoding="ascii").split():
        for pid in map(int, left):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
