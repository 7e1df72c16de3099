# tests/integration/swap_test.py - swaps a plugin under load: nobody is reset, refused, or answered
# by two versions; what was replaced leaves the process.
#
# usage: swap_test.py threads|fibers    BERTH_BUILD names the build folder
import asyncio
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

BUILD = pathlib.Path(os.environ["BERTH_BUILD"])
CLIENTS = 200
SWAPS = 100
MESSAGES = 40  # of a client, before it comes anew
LIMIT = 120  # seconds, for any one answer
VERSIONS = ("one", "two")
GROWTH = 2 * 2**20  # bytes between the tenth swap and the last
SANITIZED = b"__asan_init" in (BUILD / "bin" / "berthd").read_bytes() or \
    b"__tsan_init" in (BUILD / "bin" / "berthd").read_bytes()

INI = """[host]
state = state
max_generations = 64
[control]
listen = unix:state/control.sock
[service:answers]
plugin = ./answers.so
listen = unix:answers.sock
engine = {engine}
drain_timeout = 1m
"""


class Host:
    def __init__(self, engine):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-swap-"))
        (self.folder / "state").mkdir(mode=0o700)
        (self.folder / "berth.ini").write_text(INI.format(engine=engine), encoding="utf-8")
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
        reply = json.loads(await asyncio.wait_for(reader.readline(), LIMIT))
        writer.close()
        return reply

    async def ready(self):
        while True:
            try:
                await self.ask("ping")
                return
            except OSError:
                if self.child.poll() is not None:
                    raise AssertionError((self.folder / "log").read_text(encoding="utf-8"))
                await asyncio.sleep(0.02)

    def resident(self):
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def end(self):
        self.child.terminate()
        code = self.child.wait(LIMIT)
        log = (self.folder / "log").read_text(encoding="utf-8")
        shutil.rmtree(self.folder)
        return code, log


class Clients:
    """What the clients saw; every connection is one version's from its first answer to its last."""

    def __init__(self, host):
        self.path = str(host.folder / "answers.sock")
        self.ended = False
        self.connections = dict.fromkeys(VERSIONS, 0)
        self.answers = 0

    async def serve_one(self, messages):
        reader, writer = await asyncio.open_unix_connection(self.path)
        version = None
        for number in range(messages):
            writer.write(f"{number}\n".encode())
            answer = (await asyncio.wait_for(reader.readline(), LIMIT)).decode().split()
            assert len(answer) == 2 and answer[1] == str(number), (number, answer)
            version = version or answer[0]
            assert answer[0] == version, f"{answer[0]} answered a client of {version}"
            self.answers += 1
            await asyncio.sleep(0)
        self.connections[version] += 1
        writer.close()

    async def stay(self, index):
        """One of those who are always there, and come anew after a while."""
        while not self.ended:
            await self.serve_one(MESSAGES + index % MESSAGES)

    async def come_and_go(self):
        while not self.ended:
            await self.serve_one(1)


async def swap(host, clients):
    tenth = 0
    for turn in range(1, SWAPS + 1):
        version = VERSIONS[turn % 2]
        host.install(version)
        reply = await host.ask("reload")
        assert reply["ok"], reply
        reader, writer = await asyncio.open_unix_connection(clients.path)
        writer.write(b"new\n")
        answer = (await asyncio.wait_for(reader.readline(), LIMIT)).decode()
        assert answer == f"{version} new\n", (turn, answer)
        writer.close()
        if turn == 10:
            tenth = host.resident()
        await asyncio.sleep(0.01)
    return tenth


async def main(engine):
    host = Host(engine)
    try:
        await host.ready()
        clients = Clients(host)
        tasks = [asyncio.create_task(clients.stay(index)) for index in range(CLIENTS)]
        tasks.append(asyncio.create_task(clients.come_and_go()))
        swaps = asyncio.create_task(swap(host, clients))
        done, _ = await asyncio.wait([swaps, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # raises what a client or the swapping found wrong
        tenth = swaps.result()
        clients.ended = True
        await asyncio.gather(*tasks)
        drained = await host.ask("wait drained answers 60s")
        assert drained["ok"], drained
        plugins = (await host.ask("plugins"))["data"]
        assert len([each for each in plugins if each["name"] == "answers"]) == 1, plugins
        grown = host.resident() - tenth
        assert SANITIZED or grown <= GROWTH, f"{grown} bytes more than after the tenth swap"
        counts = clients.connections
        print(f"{engine}: {SWAPS} swaps, {clients.answers} answers on {sum(counts.values())} "
              f"connections ({counts}), memory {grown:+} bytes since the tenth")
        assert min(counts.values()) > 0, counts
    finally:
        code, log = host.end()
    assert code == 0, code
    assert "its code stays in the process" not in log, log


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
