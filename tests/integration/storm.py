# tests/integration/storm.py - clients by the hundred who check every answer, and the host that they
# talk to while it changes.
#
# BERTH_BUILD names the build folder.
import asyncio
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

BUILD = pathlib.Path(os.environ["BERTH_BUILD"])
MESSAGES = 40  # of a client at least, before it comes anew
LIMIT = 120  # seconds, for any one answer
VERSIONS = ("one", "two")
SANITIZED = b"__asan_init" in (BUILD / "bin" / "berthd").read_bytes() or \
    b"__tsan_init" in (BUILD / "bin" / "berthd").read_bytes()

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


async def soon(answer):
    """What is awaited. Unlike asyncio.wait_for it never misses that its task was cancelled."""
    async with asyncio.timeout(LIMIT):
        return await answer


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
                [BUILD / "bin" / "berthd", "--config", self.folder / "berth.ini"],
                stdout=log, stderr=log, cwd=self.folder)

    def install(self, version):
        """Puts a version at the configured path, as an operator does: aside, then renamed."""
        aside = self.folder / "answers.new"
        shutil.copy(BUILD / "tests" / "fixtures" / f"answers_{version}.so", aside)
        aside.rename(self.folder / "answers.so")

    async def ask(self, request):
        reader, writer = await asyncio.open_unix_connection(
            str(self.folder / "state" / "control.sock"))
        writer.write(f"json {request}\n".encode())
        reply = json.loads(await soon(reader.readline()))
        writer.close()
        return reply

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


class Clients:
    """What the clients saw; every connection is one version's from its first answer to its last."""

    def __init__(self, host):
        self.host = host
        self.ended = False
        self.connections = dict.fromkeys(VERSIONS, 0)
        self.visits = 0
        self.answers = 0

    def tasks(self, comers, holders=0, visitors=1):
        """`comers` talk for a while and come anew, `holders` keep one connection until the end,
        `visitors` come for one message after the other."""
        return [*(asyncio.create_task(self.come_anew(index)) for index in range(comers)),
                *(asyncio.create_task(self.serve_one(index, None)) for index in range(holders)),
                *(asyncio.create_task(self.visit(index)) for index in range(visitors))]

    async def during(self, change, tasks):
        """What `change` returns. Raises what a client found wrong meanwhile or at its end."""
        change = asyncio.create_task(change)
        done, _ = await asyncio.wait([change, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        self.ended = True
        await asyncio.gather(*tasks)
        return change.result()

    async def serve_one(self, index, messages):
        """One connection; without a number of messages it stays until the end."""
        reader, writer = await self.host.connect(index)
        version, number = None, 0
        while number != messages and not (messages is None and self.ended):
            line = f"{index}.{number}"
            version = await self.say(reader, writer, line, version)
            number += 1
            await asyncio.sleep(0)
        writer.write_eof()
        rest = await soon(reader.read())
        assert rest == b"", f"{rest} after the last answer"
        writer.close()
        self.connections[version] += 1

    async def say(self, reader, writer, line, version):
        """The version that answered, which must be `version` if one answered before."""
        writer.write(f"{line}\n".encode())
        answer = (await soon(reader.readline())).decode().split()
        assert len(answer) == 2 and answer[1] == line, (line, answer)
        assert version in (None, answer[0]), f"{answer[0]} answered a client of {version}"
        self.answers += 1
        return answer[0]

    async def come_anew(self, index):
        while not self.ended:
            await self.serve_one(index, MESSAGES + index % MESSAGES)

    async def visit(self, index):
        while not self.ended:
            await self.serve_one(index + self.visits, 1)
            self.visits += 1
