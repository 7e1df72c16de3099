# tests/inject/wire.py - a client's connection that waits for nothing longer than it may take.
import contextlib
import socket
import ssl
import time

LIMIT = 10  # seconds, for any one answer: more is a hang


class Hang(Exception):
    """Something that takes longer than anything may."""


class Cut(Exception):
    """The host closed, or could not be reached."""


class Refused(Exception):
    """The host said no."""


class Lie(Exception):
    """The host said what is not so."""


class Wire:
    """`address`: a port of 127.0.0.1, or a path. `head`: sent before a TLS handshake."""

    def __init__(self, address, tls=None, receive_buffer=0, head=b""):
        self.deadline = time.monotonic() + LIMIT
        family = socket.AF_INET if isinstance(address, int) else socket.AF_UNIX
        self.socket = socket.socket(family)
        self.kept = b""
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        place = ("127.0.0.1", address) if family == socket.AF_INET else str(address)
        with self.errors():
            self.socket.connect(place)
            if head:
                self.socket.sendall(head)
            if tls:
                context = ssl.create_default_context(cafile=tls)
                context.check_hostname = False
                self.socket = context.wrap_socket(self.socket, suppress_ragged_eofs=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    @contextlib.contextmanager
    def errors(self):
        left = self.deadline - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            self.socket.settimeout(left)
            yield
        except TimeoutError as error:
            raise Hang(f"no answer within {LIMIT} s") from error
        except OSError as error:
            raise Cut(error.strerror or str(error)) from error

    def more_time(self):
        self.deadline = time.monotonic() + LIMIT

    def send(self, data):
        with self.errors():
            self.socket.sendall(data)

    def finish(self):
        with self.errors():
            self.socket.shutdown(socket.SHUT_WR)

    def receive(self):
        """What comes next; empty at the end."""
        if self.kept:
            data, self.kept = self.kept, b""
            return data
        with self.errors():
            return self.socket.recv(65536)

    def exactly(self, size):
        data = b""
        while len(data) < size:
            piece = self.receive()
            if not piece:
                raise Cut(f"the end after {len(data)} of {size} bytes")
            data += piece
        data, self.kept = data[:size], data[size:]
        return data

    def line(self):
        data = b""
        while b"\n" not in data:
            piece = self.receive()
            if not piece:
                raise Cut("the end instead of a line")
            data += piece
        data, _, self.kept = data.partition(b"\n")
        return data

    def rest(self):
        """All until the end."""
        data = b""
        while piece := self.receive():
            data += piece
        return data
