# tests/integration/soak/client.py - one connection to a service, which counts what passes.
import asyncio
import functools
import socket
import ssl
import struct
import time

from soak.ledger import Connection

AT_ONCE = 0.5  # seconds in which a client sends its first request, so that it must be answered


class Told(Exception):
    """What went wrong is in the ledger."""


class LeftByHost(Exception):
    """The host closed between two requests, as it may when the service changed."""


def returning(scene):
    """The scene, begun again when the host leaves in it."""
    @functools.wraps(scene)
    async def returned(world, rng):
        while True:
            try:
                return await scene(world, rng)
            except LeftByHost:
                world.left += 1
    return returned


class Client:
    """`async with`: connected inside. Where an answer is awaited, EOFError and ConnectionError tell
    that the host went."""

    def __init__(self, world, service, scene, exact=True, denied=False, receive_buffer=0):
        self.world = world
        self.address = world.host.address(service)
        source = None if isinstance(self.address, str) else world.ledger.source(denied)
        self.record = Connection("echo" if service == "unix" else service, source, scene, exact,
                                 plain=service != "secret")
        self.honest = exact
        self.receive_buffer = receive_buffer
        self.buffer = b""
        self.ended = False
        self.answered = 0

    async def __aenter__(self):
        await self.connect()
        self.began = time.monotonic()
        return self

    async def connect(self):
        self.socket = socket.socket(socket.AF_INET if self.record.source else socket.AF_UNIX)
        self.socket.setblocking(False)
        # Else nobody on this machine could listen on its port, at any address.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self.receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_buffer)
        try:
            if self.record.source:
                self.socket.bind((self.record.source, 0))
            self.epoch = self.world.epoch(self.record.service)
            self.record.began = time.monotonic()
            self.world.ledger.connect(self.record)
            await asyncio.get_running_loop().sock_connect(self.socket, self.address)
        except BaseException:
            self.socket.close()
            self.world.ledger.fail(self.record)
            raise

    async def __aexit__(self, kind, error, trace):
        self.socket.close()
        self.finished(error)

    def finished(self, error):
        """Tells the ledger. An honest client that loses its host tells it what happened, too."""
        self.record.exact = self.record.exact and error is None
        lost = self.honest and isinstance(error, (EOFError, OSError))
        if lost:
            self.record.failure = self.world.describe(self.record.scene, error)
        self.world.ledger.finish(self.record)
        if lost:
            raise Told from error

    async def send(self, data):
        self.record.sent += len(data)
        await asyncio.get_running_loop().sock_sendall(self.socket, data)

    async def more(self, most=65536):
        """Receives into the buffer; false at the end."""
        data = await asyncio.get_running_loop().sock_recv(self.socket, most)
        self.record.received += len(data)
        self.buffer += data
        self.ended = not data
        return not self.ended

    async def exactly(self, count):
        while len(self.buffer) < count:
            if not await self.more():
                raise EOFError(f"{len(self.buffer)} of {count} bytes, then the end")
        found, self.buffer = self.buffer[:count], self.buffer[count:]
        return found

    async def line(self):
        while b"\n" not in self.buffer:
            if not await self.more():
                raise EOFError(f"an end in the line {self.buffer[:200]}")
        found, _, self.buffer = self.buffer.partition(b"\n")
        return found

    async def rest(self):
        """All that comes until the end."""
        while await self.more():
            pass
        found, self.buffer = self.buffer, b""
        return found

    async def expect(self, data):
        found = await self.exactly(len(data))
        assert found == data, (found[:200], data[:200])

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Makes the close a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.record.exact = False

    async def request(self, exchange):
        """The outcome of an exchange that begins with a request. A host that changes a service may
        leave its client between two requests, but serves the first one."""
        received = self.record.received
        promised = self.answered == 0 and time.monotonic() - self.began < AT_ONCE
        try:
            outcome = await exchange
        except (EOFError, OSError) as error:
            changed = not self.world.unchanged(self.record.service, self.epoch)
            if promised or not changed or self.record.received != received:
                raise ConnectionError(
                    f"{error!r} {'in' if changed else 'without'} a change, in request "
                    f"{self.answered + 1}, after {self.buffer[:100]}") from error
            raise LeftByHost from error
        self.answered += 1
        return outcome

    async def finish(self):
        """Ends the conversation: nothing more may come."""
        self.half_close()
        left = await self.rest()
        assert left == b"", f"{left[:200]} after the last answer"


class TlsClient(Client):
    """The same within TLS. What is counted are the bytes within."""

    async def __aenter__(self):
        self.record.plain = True
        await self.connect()
        try:
            self.reader, self.writer = await asyncio.open_connection(
                sock=self.socket, ssl=self.world.host.tls, server_hostname="localhost")
        except OSError as error:
            self.finished(error)
            raise
        self.began = time.monotonic()
        return self

    async def __aexit__(self, kind, error, trace):
        self.writer.transport.abort()
        self.finished(error)

    async def send(self, data):
        self.record.sent += len(data)
        self.writer.write(data)
        await self.writer.drain()

    async def more(self, most=65536):
        data = await self.reader.read(most)
        self.record.received += len(data)
        self.buffer += data
        return bool(data)

    async def finish(self):
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except ssl.SSLError:
            pass  # close_notify of both at once
