# tests/integration/soak/hostile.py - clients who keep to nothing. What becomes of them is the
# host's affair; that it goes on, and counts them right, is looked at.
import asyncio
import contextlib
import errno
import functools
import json

from soak.client import Client
from soak.files import BANNERS
from soak.host import IDLE, KINDS

EVERYWHERE = (*KINDS, "secret", "queue", "control")
GARBAGE = (b"\x00\xff" * 500, b"\n" * 1000, b"{" * 100, b'"' * 3000,
           b"GET / HTTP/1.1\r\n\r\n",
           b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x01" * 40, b"$(reboot)\n`id`\n|;&\n",
           b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", b"say \xe2\x80\xae\xff\xfe\n", b"json " * 200)
HALVES = (b"say hel", b"{\"action\":\"put\",\"filen", b"exi", b"auth ", b"\x16\x03\x01\x00")
HUGE = ("1e999", "9223372036854775807", "9223372036854775808", "-1", "65000000000", "1.5", "\"7\"",
        "99999999999999999999999999999999999999")
NAMES = ("../../up", "..", ".hidden", "", "a/b\\c", "x" * 256, "nul\\u0000", "esc\\u001b[2J",
         "\\ud800", "con\\r\\n", "/etc/passwd", ".berth-upload/parts/x")
LONG_RUNNING = (b"sleep 1000\n", b"family\n", b"zeros 4000000\nsleep 5\n", b"say a\n" * 40)


def leave(client, rng):
    """One of the ways to go."""
    way = rng.randrange(3)
    if way == 0:
        client.reset()
    elif way == 1:
        client.half_close()


async def linger(client, seconds):
    """Reads what comes, for a while."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while await client.more():
                client.buffer = b""


async def come_and_go(world, rng):
    for _ in range(rng.randrange(1, 6)):
        async with Client(world, rng.choice(EVERYWHERE), "come and go", exact=False) as client:
            leave(client, rng)


async def half_request(world, rng):
    async with Client(world, rng.choice(EVERYWHERE), "half request", exact=False) as client:
        await client.send(rng.choice(HALVES))
        await asyncio.sleep(rng.choice((0, 0.05, 1)))
        leave(client, rng)
        if rng.random() < 0.5:
            await linger(client, 3)


async def garbage(world, rng):
    async with Client(world, rng.choice(EVERYWHERE), "garbage", exact=False) as client:
        for _ in range(rng.randrange(1, 5)):
            await client.send(rng.choice((*GARBAGE, rng.randbytes(rng.randrange(1, 20_000)))))
        leave(client, rng)
        await linger(client, rng.random() * 2)


async def long_line(world, rng):
    async with Client(world, rng.choice(EVERYWHERE), "long line", exact=False) as client:
        for _ in range(rng.randrange(1, 4)):
            await client.send(rng.choice((b"a", b"{\"x\":\"", b" ")) * rng.choice((9_000, 70_000)))
        await client.send(b"\n")
        await linger(client, 1)
        leave(client, rng)


async def silence(world, rng):
    """Waits to be closed, and is."""
    async with Client(world, rng.choice(KINDS), "silence", exact=False) as client:
        async with asyncio.timeout(2 * IDLE + 60):
            await client.rest()


async def slow_request(world, rng):
    """A byte now and then."""
    async with Client(world, rng.choice(EVERYWHERE), "slow request", exact=False) as client:
        for byte in rng.choice((b'{"action":"stat","filename":', b"say something slow", b"auth 0")):
            await client.send(bytes([byte]))
            await asyncio.sleep(rng.random() * 0.6)
        leave(client, rng)


async def never_read(world, rng):
    """Asks for much, and takes nothing."""
    service, ask = rng.choice((("echo", b"x" * 65536), ("uppercase", b"x" * 65536),
                               ("exec", b"zeros 4000000\n"), ("control", b"help\n" * 3000),
                               ("console", b"zeros 4000000\n")))
    async with Client(world, service, "never read", exact=False, receive_buffer=4096) as client:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(rng.choice((1, 6))):
                while True:
                    await client.send(ask)
        leave(client, rng)


async def slow_reader(world, rng):
    """Takes its answer in crumbs."""
    async with Client(world, "echo", "slow reader", exact=False, receive_buffer=4096) as client:
        await client.send(bytes(60_000))
        for _ in range(rng.randrange(100)):
            await client.more(100)
            await asyncio.sleep(0.02)
        leave(client, rng)


async def upload_request(world, rng):
    """A header that promises what cannot be, or has a name that nobody gives a file."""
    name, size = rng.choice(NAMES), rng.choice((*HUGE, "3"))
    text = f'{{"action":"put","filename":"{name}","file_size":{size},"ack":true}}\n'
    service = rng.choice(("upload", "console"))
    async with Client(world, service, "upload request", exact=False) as client:
        await client.expect(BANNERS[service])
        await client.send(text.encode())
        reply = json.loads(await client.line())
        assert reply["status"] in (200, 400, 409, 413, 423), (text, reply)
        assert reply["status"] != 200 or (size == "3" and "/" in name), (text, reply)
        await client.send(b"ab")  # never all of it
        leave(client, rng)
        await linger(client, 1)


async def odd_header(world, rng):
    service = rng.choice(("upload", "console"))
    text = rng.choice(("[" * 20, '{"a":' * 20, '{"action":"put"}', '{"action":1,"action":2}',
                       "{}" * 50, '{"action":"dance"}', "{" + " " * 9000, "null"))
    async with Client(world, service, "odd header", exact=False) as client:
        await client.send(text.encode() + b"\n")
        leave(client, rng)
        await linger(client, 2)


async def vanish_in_file(world, rng):
    """Sends a part of a file that is never finished, or all of it, and does not wait."""
    service = rng.choice(("upload", "console"))
    file = world.files.new(rng)
    file.bare = False
    whole = rng.random() < 0.3
    content = file.content if whole else file.content[:len(file.content) // 2]
    if whole or not content:
        world.files.may_be(service, file)
    async with Client(world, service, "vanish in a file", exact=False) as client:
        for piece in (*file.header(0), content):
            await client.send(piece)
        leave(client, rng)


async def vanish_in_command(world, rng):
    service = rng.choice(("exec", "console"))
    async with Client(world, service, "vanish in a command", exact=False) as client:
        await client.send(rng.choice(LONG_RUNNING))
        await asyncio.sleep(rng.choice((0, 0.1, 1)))
        leave(client, rng)


async def no_tls(world, rng):
    """Is not what it begins to be."""
    async with Client(world, "secret", "no TLS", exact=False) as client:
        hello = b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + rng.randbytes(rng.randrange(190))
        await client.send(rng.choice((hello, b"\x15\x03\x03\x00\x02\x02\x28", rng.randbytes(500))))
        await linger(client, rng.choice((0, 1)))
        leave(client, rng)


def bear(scene):
    """The scene, whatever the host does to its client."""
    @functools.wraps(scene)
    async def borne(world, rng):
        try:
            await scene(world, rng)
        except (EOFError, ConnectionError):
            pass
        except OSError as error:
            if error.errno != errno.ENOTCONN:  # of a half-close of what was reset
                raise
    return borne


SCENES = {bear(scene): weight for scene, weight in {
    come_and_go: 4, half_request: 4, garbage: 4, long_line: 2, silence: 4, slow_request: 3,
    never_read: 2, slow_reader: 2, upload_request: 4, odd_header: 2, vanish_in_file: 4,
    vanish_in_command: 4, no_tls: 3}.items()}
