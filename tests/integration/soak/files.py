# tests/integration/soak/files.py - uploads: who sends them, and what lies in the folders.
import asyncio
import collections
import contextlib
import hashlib
import json
import time

from soak.client import Client, LeftByHost, returning
from soak.honest import ran_out
from soak.host import PART_TIME
from upload_file import File, ended_too_late

FOLDERS = {"upload": "inbox", "console": "desk"}
KEPT = 0.05  # of the files that were looked at: they are there until the end
BANNERS = {"upload": b"", "console": "欢迎进入管理界面.".encode()}


class Files:
    """What must lie in the folders, and what may."""

    def __init__(self, world):
        self.world = world
        self.kept = {service: {} for service in FOLDERS}  # digests by name
        self.unsure = {service: {} for service in FOLDERS}  # contents by name
        self.confirmed = collections.Counter()
        self.number = 0

    def new(self, rng):
        self.number += 1
        return File(f"file-{self.number}", rng)

    def path(self, service, name):
        return self.world.host.folder / FOLDERS[service] / name

    async def confirm(self, service, file, rng):
        """The client was told that the file is there."""
        self.confirmed[service] += 1
        del self.unsure[service][file.name]
        path = self.path(service, file.name)
        content = await asyncio.to_thread(path.read_bytes)  # a disk may take its time
        assert content == file.content, f"{file.form()}: {path} is wrong"
        if rng.random() < KEPT:
            self.kept[service][file.name] = hashlib.sha256(file.content).digest()
        else:
            await asyncio.to_thread(path.unlink)

    def may_be(self, service, file):
        """Sent whole by a client that did not wait for the answer."""
        self.unsure[service][file.name] = file.content

    def check(self):
        """Compares the folders of a host at rest; the problems."""
        problems = []
        for service, folder in FOLDERS.items():
            kept, unsure = self.kept[service], self.unsure[service]
            missing = dict(kept)
            for path in (self.world.host.folder / folder).iterdir():
                if path.name == ".berth-upload":
                    continue
                content = path.read_bytes()
                right = kept.get(path.name) == hashlib.sha256(content).digest()
                if path.name in unsure:
                    right = content == unsure.pop(path.name)
                    self.confirmed[service] += 1
                    path.unlink()
                if not right:
                    problems.append(f"{path} is wrong, or nobody's")
                missing.pop(path.name, None)
            unsure.clear()
            problems += [f"{service}: {name} is missing" for name in missing]
        return problems

    def leftovers(self):
        return [str(path.relative_to(self.world.host.folder)) for folder in FOLDERS.values()
                for place in ("parts", "states")
                for path in (self.world.host.folder / folder / ".berth-upload" / place).iterdir()]


async def stat(client, name):
    await client.send(json.dumps({"action": "stat", "filename": name}).encode() + b"\n")
    reply = json.loads(await client.line())
    assert reply["status"] == 200, reply
    return reply


async def put(client, file, offset):
    """Sends a file. One that asks for it is told that it is there."""
    header, rest = file.pieces(offset)
    begun = time.monotonic()
    for piece in header:
        await client.send(piece)
    took = time.monotonic() - begun
    reply = json.loads(await client.line())
    if ended_too_late(reply, took):
        raise LeftByHost
    assert reply == {"status": 200, "offset": offset}, (file.form(), reply)
    for piece in rest:
        await client.send(piece)
    if file.ack:
        reply = json.loads(await client.line())
        assert reply["status"] == 201, (file.form(), reply)
        assert reply["sha256"] == hashlib.sha256(file.content).hexdigest(), file.form()


async def await_whole(client, file):
    """Asks until the host, which has all of it, has published the file."""
    while True:
        known = await client.request(stat(client, file.name))
        if known["complete"]:
            assert known["offset"] == len(file.content), (file.form(), known)
            return
        assert known.get("busy"), (file.form(), known)
        await asyncio.sleep(0.02)


async def find(world, service, file):
    """Asks on connections of their own."""
    while True:
        with contextlib.suppress(LeftByHost):
            async with Client(world, service, "find") as client:
                await client.expect(BANNERS[service])
                await await_whole(client, file)
                return await client.finish()


async def deliver(client, file, rng, offset=0):
    """Sends a file and looks at it; false when the client has to leave, which is no fault."""
    world, service = client.world, client.record.service
    world.files.may_be(service, file)
    await client.request(put(client, file, offset))
    stays = True
    if not file.ack:
        try:
            await await_whole(client, file)
        except LeftByHost:
            client.record.exact = stays = False
            await find(world, service, file)
    await world.files.confirm(service, file, rng)
    return stays


async def upload(world, rng):
    """Some files over one connection."""
    async with Client(world, "upload", "upload") as client:
        for _ in range(rng.randrange(1, 4)):
            if not await deliver(client, world.files.new(rng), rng):
                return
        await client.finish()


async def leave_part(world, file, part):
    """Goes in the middle of a file."""
    async with Client(world, "upload", "leave a part", exact=False) as client:
        with contextlib.suppress(ConnectionError, EOFError):
            for piece in file.header(0):
                await client.send(piece)
            await client.line()
            await client.send(part)


async def resume(world, rng):
    """Leaves in the middle of a file, comes back soon and goes on."""
    begun = time.monotonic()
    file = world.files.new(rng)
    file.bare = False
    if not file.content:
        return
    part = file.content[:rng.randrange(len(file.content))]
    await leave_part(world, file, part)
    await asyncio.sleep(rng.random())
    async with Client(world, "upload", "resume") as client:
        while (known := await client.request(stat(client, file.name))).get("busy"):
            await asyncio.sleep(0.02)  # the host still takes what was sent before
        assert known["offset"] <= len(part), (known, len(part))
        if time.monotonic() - begun > PART_TIME / 2:
            return await client.finish()  # too late: the part may go at any moment
        if await deliver(client, file, rng, known["offset"]):
            await client.finish()


async def say(client, rng):
    """A command that does not say when it has ended, and one that is answered then."""
    word = b"%x" % rng.getrandbits(60)
    begun = time.monotonic()
    await client.send(b"say " + word + b"\npwd\n")
    found = []
    while len(found) < 3 and (line := await client.line()) != b"/":
        found.append(line)
    late = bool(found) and ran_out(found[-1], begun)
    right = found[:-1] in ([], [word]) if late else found == [word]
    assert right, (found, word)
    client.world.note_command("console", found[-1] if late else b"exit 0 ")


async def exit_by_word(client):
    await client.send(b"exit\n")
    await client.finish()


async def console(world, rng):
    """Commands and uploads on one connection."""
    async with Client(world, "console", "console") as client:
        await client.expect(BANNERS["console"])
        for _ in range(rng.randrange(1, 5)):
            if rng.random() < 0.5:
                await client.request(say(client, rng))
            elif not await deliver(client, world.files.new(rng), rng):
                return
        if rng.random() < 0.5:
            await client.request(exit_by_word(client))
        else:
            await client.finish()


SCENES = {returning(scene): weight for scene, weight in {
    upload: 5, resume: 3, console: 5}.items()}
