# bench/comparison/haproxy.py - HAProxy in TCP mode, which needs a server behind it.
import contextlib
import os
import pathlib
import socket
import tempfile
import time

from . import processes
from .processes import StartError
from .references import START_LIMIT, Reference, require

# Debian has it where an ordinary user's PATH does not lead.
PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
BACKLOG = 4096
CONFIGURATION = """\
global
    nbthread 1
defaults
    mode tcp
    backlog {backlog}
    timeout connect 10s
    timeout client 10m
    timeout server 10m
frontend clients
    bind fd@{listener}
    default_backend echo
backend echo
    # Else new connections leave ports behind until there are none.
    option nolinger
    server epoll_echo {backend}
"""


class HaproxyEcho:
    """HAProxy on one thread; bytes come back from the server behind it. Use it in a with statement.

    `backend`: a Reference, which is entered here."""

    def __init__(self, backend: Reference, placement):
        self.backend = backend
        self.placement = placement

    def __enter__(self):
        program = require("haproxy", PLACES)
        with contextlib.ExitStack() as opened:
            opened.enter_context(self.backend)
            folder = pathlib.Path(opened.enter_context(
                tempfile.TemporaryDirectory(prefix="berth-bench-")))
            # It cannot tell which port it took, so it is given one.
            listener = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
            self.address = "127.0.0.1:%d" % listener.getsockname()[1]
            self._start(program, folder, listener)
            opened.callback(processes.stop, self.child)
            self._wait_until_serving(folder)
            self.opened = opened.pop_all()
        return self

    def __exit__(self, *_):
        self.opened.close()

    @property
    def pid(self):
        return self.child.pid

    def _start(self, program, folder, listener):
        configuration = folder / "haproxy.cfg"
        configuration.write_text(CONFIGURATION.format(
            backlog=BACKLOG, listener=listener.fileno(), backend=self.backend.address))
        with open(folder / "log", "w", encoding="utf-8") as log:
            self.child = processes.start(
                [program, "-db", "-f", configuration], self.placement.server,
                stdout=log, stderr=log, pass_fds=(listener.fileno(),))

    def _wait_until_serving(self, folder):
        """Until a byte comes back; before, clients only wait."""
        host, port = self.address.split(":")
        with socket.create_connection((host, int(port))) as client:
            client.setblocking(False)
            client.send(b"x")
            deadline = time.monotonic() + START_LIMIT
            while not _has_answer(client):
                if self.child.poll() is not None or time.monotonic() > deadline:
                    log = (folder / "log").read_text(encoding="utf-8").splitlines()
                    raise StartError(f"haproxy does not serve: {(log or ['it says nothing'])[-1]}")
                time.sleep(0.002)


def _has_answer(client):
    try:
        return client.recv(1) == b"x"
    except BlockingIOError:
        return False
