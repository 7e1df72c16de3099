# tests/integration/soak/honest.py - clients who keep to the protocols and check every byte.
import asyncio
import contextlib
import time

from soak.client import Client, TlsClient, returning
from soak.host import COMMAND_TIME, FLEETING, MESSAGES, MOST_OUTPUT, WELCOME

LETTERS = "abcxyz ABC äöüß éçñ шяλ 中文 🙂 \n"
SIZES = (1, 10, 100, 1_000, 10_000, 60_000)
LONGEST_STAY = 12  # seconds
TIMEOUT = b"error timeout "


async def echo_of(client, rng):
    data = rng.randbytes(rng.choice(SIZES))
    await client.send(data)
    await client.expect(data)


async def echo(world, rng):
    """Says something a few times, then half-closes or just goes."""
    service = rng.choice(("echo", "echo", "unix"))
    async with Client(world, service, "echo") as client:
        for _ in range(rng.randrange(1, 8)):
            await echo_of(client, rng)
        if rng.random() < 0.7:
            await client.finish()


async def echo_much(world, rng):
    """Sends more than the buffers take, and reads meanwhile."""
    data = rng.randbytes(rng.choice((300_000, 2_000_000)))
    async with Client(world, "echo", "echo much") as client:
        await asyncio.gather(client.send(data), client.expect(data))
        await client.finish()


async def stay(world, rng):
    """Stays over what happens to the host, and speaks now and then."""
    end = time.monotonic() + rng.random() * LONGEST_STAY
    async with Client(world, rng.choice(("echo", "unix")), "stay") as client:
        while time.monotonic() < end and not world.resting:
            await echo_of(client, rng)
            await asyncio.sleep(rng.random())
        await client.finish()


async def uppercase(world, rng):
    async with Client(world, "uppercase", "uppercase") as client:
        for _ in range(rng.randrange(1, 5)):
            text = "".join(rng.choices(LETTERS, k=rng.choice(SIZES) // 4 + 1))
            await client.send(text.encode())
            await client.expect(text.upper().encode())
        if rng.random() < 0.5:
            await client.send(b"\nexit\n")
            await client.expect(b"\n")
        await client.finish()


async def greet(world, rng):
    async with Client(world, rng.choice(("greet", "queue")), "greet") as client:
        message = (await client.rest()).decode()
        assert message in MESSAGES, message


async def crowd(world, rng):
    """Comes where few are let in."""
    denied = rng.random() < 0.1
    async with Client(world, "crowd", "crowd", denied=denied) as client:
        try:
            await client.expect(WELCOME.encode())
        except (EOFError, ConnectionError):
            assert client.record.received == 0, client.buffer
            client.record.refused = True
            return
        assert not denied, "it is not allowed, and was served"
        await asyncio.sleep(rng.random() * 0.3)
        await echo_of(client, rng)
        await client.finish()


async def crowds(world, rng):
    await asyncio.gather(*(crowd(world, rng) for _ in range(12)))


async def fleeting(world, rng):
    """Comes to a service that is stopped and started: it is served, or nothing at all happens."""
    with contextlib.suppress(ConnectionRefusedError):
        async with Client(world, FLEETING, "fleeting") as client:
            try:
                await echo_of(client, rng)
            except (EOFError, ConnectionError):
                assert client.record.received == 0, "it went in the middle of an answer"
                client.record.exact, client.record.lost = False, True
                return
            await asyncio.sleep(rng.random() * 0.5)
            await echo_of(client, rng)
            await client.finish()


async def secret(world, rng):
    """Within TLS."""
    async with TlsClient(world, "secret", "secret") as client:
        for _ in range(rng.randrange(1, 4)):
            await echo_of(client, rng)
        await client.finish()


async def framed(client, line):
    """The streams and the closing frame of a command."""
    await client.send(line + b"\n")
    streams = {b"out": b"", b"err": b""}
    while True:
        word, _, rest = (await client.line()).partition(b" ")
        if word not in streams:
            return streams[b"out"], streams[b"err"], word + b" " + rest
        streams[word] += await client.exactly(int(rest))


def ran_out(end, begun):
    """The command took too long, as any may on a machine that is busy."""
    return end.startswith(TIMEOUT) and time.monotonic() - begun >= COMMAND_TIME


async def one_command(client, rng):
    """One of those whose outcome is known."""
    code, count = rng.randrange(256), rng.choice((0, 1, 70_000, 1_000_000))
    word = b"%x" % rng.getrandbits(60)
    line, out, err, end = rng.choice((
        (b"say " + word, word + b"\n", b"", b"exit 0 "),
        (b"code %d" % code, b"", b"", b"exit %d " % code),
        (b"both", b"out\n", b"err\n", b"exit 3 "),
        (b"signal 9", b"", b"", b"signal KILL "),
        (b"signal 15", b"", b"", b"signal TERM "),
        (b"zeros %d" % count, bytes(count), b"", b"exit 0 "),
        (b"cat hello.txt", b"hello\n", b"", b"exit 0 "),
        (b"cat nothing.txt", b"", b"", b"error not-found "),
        (b"cat ../key.pem", b"", b"", b"error forbidden "),
        (b"nothing", b"", b"", b"error unknown-command "),
        (b"pwd", b"/\n", b"", b"exit 0 ")))
    begun = time.monotonic()
    found = await framed(client, line)
    right = found[:2] == (out, err) and found[2].startswith(end)
    assert right or ran_out(found[2], begun), (line, found)
    if line != b"pwd":  # which is built in
        client.world.note_command("exec", found[2])


async def commands(world, rng):
    async with Client(world, "exec", "commands") as client:
        for _ in range(rng.randrange(1, 6)):
            await client.request(one_command(client, rng))
        await client.finish()


async def commands_at_once(world, rng):
    """Sends all requests ahead, and finishes sending. Who was accepted is served all of them."""
    words = [b"%x" % rng.getrandbits(60) for _ in range(rng.randrange(2, 8))]
    begun = time.monotonic()
    async with Client(world, "exec", "commands at once") as client:
        await client.send(b"".join(b"say " + word + b"\n" for word in words))
        client.half_close()
        found = await client.rest()
    for word in words:
        out = b"out %d\n%s\n" % (len(word) + 1, word)
        found = found.replace(b"out 0\n", b"")
        end, _, rest = found.removeprefix(out).partition(b"\n")
        right = found.startswith(out) and end.startswith(b"exit 0 ")
        assert right or ran_out(end, begun), (found[:200], out)
        found = rest
        world.note_command("exec", end)
    assert found == b"", found[:200]


async def too_much(world, rng):
    """A command that the host has to end."""
    line, out, code = rng.choice((
        (b"sleep 1000", 0, TIMEOUT), (b"family", 0, TIMEOUT),
        (b"zeros %d" % (2 * MOST_OUTPUT), MOST_OUTPUT, b"error output-limit ")))
    async with Client(world, "exec", "too much") as client:
        begun = time.monotonic()
        found = await client.request(framed(client, line))
        right = found[2].startswith(code) and len(found[0]) == out and code != TIMEOUT
        assert right or ran_out(found[2], begun), (line, found[2], len(found[0]))
        world.note_command("exec", found[2])
        await client.finish()


SCENES = {returning(scene): weight for scene, weight in {
    echo: 8, echo_much: 1, stay: 6, uppercase: 6, greet: 8, crowds: 2, fleeting: 3, secret: 3,
    commands: 6, commands_at_once: 2, too_much: 1}.items()}
