# tests/integration/soak_interrupt_test.py - a soak that is interrupted leaves nothing behind.
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

import processes

SOAK = pathlib.Path(__file__).with_name("soak_test.py")
LIMIT = 300  # seconds


class SoakInterruptTest(unittest.TestCase):
    def test_an_interrupted_soak_leaves_nothing_behind(self):
        with tempfile.TemporaryDirectory(prefix="berth-soak-test-") as folder:
            soak = subprocess.Popen([sys.executable, SOAK, "60"], stdout=subprocess.PIPE,
                                    text=True, env={**os.environ, "TMPDIR": folder})
            with soak:
                for line in soak.stdout:
                    if " connections, " in line:
                        break
                self.assertTrue(processes.naming(folder))
                soak.send_signal(signal.SIGINT)
                said = soak.communicate(timeout=LIMIT)[0]
            self.assertEqual(130, soak.returncode, said)
            self.assertEqual(2, said.count("ended early"), said)  # of each engine
            self.assertEqual([], processes.naming(folder))
            self.assertEqual([], list(pathlib.Path(folder).iterdir()))


if __name__ == "__main__":
    unittest.main()
