# tests/bench/bench_case.py - what the tests of bench share: the build, its programs, a setting.
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BERTH_BUILD", str(SOURCE / "build" / "release")))
sys.path.insert(0, str(SOURCE / "bench"))

from comparison.processes import Placement  # noqa: E402
from comparison.scenarios import Setting  # noqa: E402
from comparison.sides import SIDES  # noqa: E402

MANY_SECONDS = 30  # a wait that only a defect makes so long


def run(*words, **options):
    """A finished program, found in the build by its name."""
    return subprocess.run([BUILD / "bin" / words[0], *map(str, words[1:])], capture_output=True,
                          text=True, timeout=60, check=False, **options)


def connected(server):
    host, port = server.address.split(":")
    client = socket.create_connection((host, int(port)), MANY_SECONDS)
    client.settimeout(MANY_SECONDS)
    return client


def wait_until(condition):
    deadline = time.monotonic() + MANY_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


class BenchCase(unittest.TestCase):
    """Has a temporary folder, and starts what the comparison measures."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="berth-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.setting = Setting(BUILD, Placement(), seconds=0.1, storage=self.folder,
                               upload_bytes=3_000_001)

    def started(self, name):
        """The server of that name, stopped at the end of the test."""
        return self.enterContext(SIDES[name](self.setting))
