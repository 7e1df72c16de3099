# tests/tree/scripts_test.py - scripts/test counts what passed, failed and was skipped, and says why.
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = {"dpkg-query": "printf installed", "cmake": "exit 0"}
LOG = """1/3 Testing: good_test
<end of output>
2/3 Testing: left_out_test
skipped: no name space can be made here
<end of output>
3/3 Testing: bad_test
line 7: it went wrong
<end of output>
"""


class ScriptsTest(unittest.TestCase):
    def run_tests(self, said, failed, code):
        """scripts/test release in a tree of its own, where ctest says this and exits so."""
        with tempfile.TemporaryDirectory() as name:
            tree = Path(name)
            shutil.copytree(ROOT / "scripts", tree / "scripts")
            results = tree / "build/release/Testing/Temporary"
            results.mkdir(parents=True)
            (results / "LastTest.log").write_text(LOG)
            (results / "LastTestsFailed.log").write_text(failed)
            tools = {**TOOLS, "ctest": f"cat <<'END'\n{said}\nEND\nexit {code}"}
            (tree / "tools").mkdir()
            for tool, text in tools.items():
                (tree / "tools" / tool).write_text(f"#!/bin/sh\n{text}\n")
                (tree / "tools" / tool).chmod(0o755)
            return subprocess.run(
                [tree / "scripts/test", "release"], text=True, check=False, capture_output=True,
                env={**os.environ, "PATH": f"{tree}/tools:{os.environ['PATH']}"})

    def test_one_that_is_skipped_did_not_pass(self):
        done = self.run_tests("100% tests passed, 0 tests failed out of 3\n"
                              "The following tests did not run:\n\t  2 - left_out_test (Skipped)",
                              "", 0)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("release: skipped left_out_test: no name space can be made here\n",
                      done.stdout)
        self.assertEqual(done.stdout.splitlines()[-1], "2 passed, 0 failed, 1 skipped")

    def test_one_that_fails_is_shown_and_counted(self):
        done = self.run_tests("67% tests passed, 1 tests failed out of 3\n"
                              "The following tests did not run:\n\t  2 - left_out_test (Skipped)",
                              "3:bad_test\n", 8)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("line 7: it went wrong", done.stdout)
        self.assertNotIn("no name space can be made here\n<end", done.stdout)
        self.assertIn("\n1 passed, 1 failed, 1 skipped\n", done.stdout)


if __name__ == "__main__":
    unittest.main()
