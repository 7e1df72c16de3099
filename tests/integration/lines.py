# tests/integration/lines.py - a connection of a client that waits for each answer.
import json
import socket

LIMIT = 120  # seconds, for any one answer


class Lines:
    """A connection that is read by lines."""

    def __init__(self, address):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.settimeout(LIMIT)
        try:
            self.socket.connect(address)
        except OSError:
            self.socket.close()
            raise
        self.stream = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data)

    def reply(self):
        line = self.stream.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("the connection ended")
        return json.loads(line)

    def close(self):
        self.stream.close()
        self.socket.close()
