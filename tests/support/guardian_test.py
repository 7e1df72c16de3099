# tests/support/guardian_test.py - nothing outlives a guarded test, however it ends.
#
# usage: guardian_test.py GUARDIAN
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

GUARDIAN = sys.argv.pop()
# Starts one that leaves its session and its parent, tells its pid, and goes on as the test says once
# that one is what it will be.
SCRIPT = ("setsid sh -c 'echo $$ > {file}; exec sleep 1000' & while ! [ -s {file} ]; do :; done; "
          "while ! grep -q sleep /proc/$(cat {file})/comm; do :; done; ")


class GuardianTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "pid"

    def start(self, then):
        return subprocess.Popen([GUARDIAN, "sh", "-c", SCRIPT.format(file=self.file) + then],
                                stderr=subprocess.PIPE, text=True)

    def is_gone(self):
        return not os.path.exists(f"/proc/{int(self.file.read_text())}")

    def test_a_command_that_fails_leaves_nothing(self):
        child = self.start("exit 7")
        _, said = child.communicate(timeout=30)
        self.assertEqual(7, child.returncode)
        self.assertTrue(self.is_gone())
        self.assertEqual("left running, and killed: sleep\n", said)

    def test_one_that_dies_leaves_nothing(self):
        child = self.start("kill -ABRT $$")
        child.communicate(timeout=30)
        self.assertEqual(128 + signal.SIGABRT, child.returncode)
        self.assertTrue(self.is_gone())

    def test_one_that_is_ended_leaves_nothing(self):
        child = self.start("sleep 1000")
        deadline = time.monotonic() + 30
        while not self.file.exists() or not self.file.read_text():
            self.assertLess(time.monotonic(), deadline)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=30)
        self.assertTrue(self.is_gone())

    def test_one_that_ends_well_says_nothing(self):
        done = subprocess.run([GUARDIAN, "true"], capture_output=True, check=True, timeout=30)
        self.assertEqual((b"", b""), (done.stdout, done.stderr))


if __name__ == "__main__":
    unittest.main()
