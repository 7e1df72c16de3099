# tests/integration/storm_host.py - the berthd that changes in a storm of clients.
import asyncio
import pathlib
import shutil
import subprocess
import tempfile

import control_client
from built import BERTHD, BUILD
from control_client import LIMIT

VERSIONS = ("one", "two")

INI = """[host]
state = state
max_generations = 64
access_log = off
[control]
listen = unix:state/control.sock
[service:answers]
plugin = ./answers.so
listen = unix:answers.sock, 127.0.0.1:0
drain_timeout = 5m
{keys}
"""


class Host:
    """A berthd whose one service answers each line with the version of its plugin and the line.
    `keys`: more lines of the service."""

    def __init__(self, keys):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-storm-"))
        (self.folder / "state").mkdir(mode=0o700)
        (self.folder / "berth.ini").write_text(INI.format(keys=keys), encoding="utf-8")
        self.install(VERSIONS[0])
        with open(self.folder / "log", "w", encoding="utf-8") as log:
            self.child = subprocess.Popen(
                [BERTHD, "--config", self.folder / "berth.ini"],
                stdout=log, stderr=log, cwd=self.folder)

    def install(self, version):
        """Puts a version at the configured path, as an operator does: aside, then renamed."""
        aside = self.folder / "answers.new"
        shutil.copy(BUILD / "tests" / "fixtures" / f"answers_{version}.so", aside)
        aside.rename(self.folder / "answers.so")

    async def ask(self, request):
        return await control_client.ask(self.folder / "state" / "control.sock", request)

    async def ready(self):
        while True:
            try:
                found = await self.ask("wait serving answers")
                assert found["ok"], found
                self.port = int((await self.service())["addresses"][1].rpartition(":")[2])
                return
            except OSError:
                if self.child.poll() is not None:
                    raise AssertionError(self.log())
                await asyncio.sleep(0.02)

    async def service(self):
        return (await self.ask("services"))["data"][0]

    async def connect(self, index):
        """Every other client comes through the Unix socket."""
        if index % 2:
            return await asyncio.open_unix_connection(str(self.folder / "answers.sock"))
        return await asyncio.open_connection("127.0.0.1", self.port)

    def log(self):
        return (self.folder / "log").read_text(encoding="utf-8")

    def end(self):
        """The exit code and the log."""
        self.child.terminate()
        code = self.child.wait(LIMIT)
        log = self.log()
        shutil.rmtree(self.folder)
        return code, log
