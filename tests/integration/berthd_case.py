# tests/integration/berthd_case.py - a berthd in surroundings that a test makes for it.
import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import processes
from built import BERTHD, BUILD

LIMIT = 60  # seconds, for what comes at once on a machine that does nothing else

ECHO = "[service:echo]\nlisten = 127.0.0.1:0\ndrain_timeout = 1s\n"


def until(condition, limit=LIMIT):
    """The first true value of condition(); fails when there is none in time."""
    deadline = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)


def fill(pipe):
    """Writes until the pipe takes no more."""
    os.set_blocking(pipe, False)
    for size in (65536, 1):
        try:
            while True:
                os.write(pipe, b"x" * size)
        except BlockingIOError:
            pass
    os.set_blocking(pipe, True)


class BerthdCase(unittest.TestCase):
    """Each test has a folder of its own; what it started is gone afterwards."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-case-"))
        self.children = []
        self.addCleanup(self.clean)

    def clean(self):
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.wait()
            if child.stderr:
                child.stderr.close()
        for pid in self.strays():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not self.strays())
        shutil.rmtree(self.folder)

    def strays(self):
        """Daemons and processes that took over."""
        return processes.naming(self.folder)

    def write_ini(self, services=ECHO, host="", control="listen = unix:control.sock\n"):
        file = self.folder / "berth.ini"
        file.write_text(f"[host]\nplugins = {BUILD}/plugins, {BUILD}/tests/fixtures\n"
                        f"state = state\n{host}[control]\n{control}{services}", encoding="utf-8")
        return file

    def start(self, *arguments, before=(), program=BERTHD, **options):
        """`before`: the words of a command that runs it. Its standard error is a pipe that is read
        at the end, unless the test says otherwise."""
        options.setdefault("stderr", subprocess.PIPE)
        child = subprocess.Popen(
            [*before, program, "--config", self.folder / "berth.ini", *arguments],
            cwd=self.folder, stdin=subprocess.DEVNULL, **options)
        self.children.append(child)
        return child

    def run_berthd(self, *arguments, **options):
        """The exit code and what it said, of one that ends by itself."""
        child = self.start(*arguments, **options)
        said = child.communicate(timeout=LIMIT)[1]
        return child.returncode, said.decode()

    def ask(self, request):
        """The whole reply of the control port."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(LIMIT)
            client.connect(str(self.folder / "control.sock"))
            client.sendall(request.encode() + b"\n")
            client.shutdown(socket.SHUT_WR)
            reply = b""
            while piece := client.recv(65536):
                reply += piece
        return reply.decode()

    def await_ready(self):
        def answers():
            try:
                return self.ask("wait serving echo 1s").startswith("OK")
            except OSError:
                return False
        until(answers)

    def assert_ends(self, child, code=0, limit=LIMIT):
        self.assertEqual(child.wait(limit), code)
