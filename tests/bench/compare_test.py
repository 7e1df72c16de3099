#!/usr/bin/env python3
# tests/bench/compare_test.py - bench/compare through its command line, on the reference servers.
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
COMPARE = SOURCE / "bench" / "compare"
BUILD = os.environ.get("BERTH_BUILD", str(SOURCE / "build" / "release"))
QUICK = ["--build", BUILD, "--rounds", "2", "--seconds", "0.1"]


def compare(*arguments):
    return subprocess.run([sys.executable, COMPARE, *arguments], capture_output=True, text=True,
                          timeout=120, check=False)


def children_of(pid):
    return [int(word) for word in
            pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def wait_until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


class CompareTest(unittest.TestCase):
    def test_lists_every_scenario_of_the_table(self):
        listed = [line.split()[0] for line in compare("--list").stdout.splitlines()]
        self.assertIn("echo-threads-64", listed)
        self.assertIn("connect-threads", listed)
        self.assertIn("startup-100", listed)
        self.assertIn("memory-six", listed)

    def test_help_names_every_option(self):
        text = compare("--help").stdout
        for option in ("--list", "--build", "--rounds", "--seconds", "--pin", "--json",
                       "--markdown", "--subject", "--no-bar"):
            self.assertIn(option, text)

    def test_wrong_usage_is_one_line_and_exits_64(self):
        for arguments in (["no-such-scenario"], ["--rounds", "0"], ["--pin", "sideways"]):
            result = compare(*arguments)
            self.assertEqual(64, result.returncode, result.stderr)
            self.assertEqual(1, len(result.stderr.splitlines()), result.stderr)

    def test_a_missing_build_exits_69(self):
        result = compare("--build", "/nonexistent", "echo-threads-64")
        self.assertEqual(69, result.returncode)
        self.assertIn("/nonexistent", result.stderr)

    def test_alternates_and_reports_every_sample(self):
        result = compare(*QUICK, "--subject", "epoll_echo", "--json", "--no-bar",
                         "echo-threads-64", "connect-threads")
        self.assertEqual(0, result.returncode, result.stderr)
        order = [line.split()[2] for line in result.stderr.splitlines()[:4]]
        self.assertEqual(["epoll_echo:", "poco_echo:", "poco_echo:", "epoll_echo:"], order)
        report = json.loads(result.stdout)
        self.assertEqual(2, len(report["scenarios"]))
        for scenario in report["scenarios"]:
            self.assertEqual("", scenario["error"])
            self.assertEqual(2, len(scenario["ratios"]))
            self.assertGreater(min(scenario["subject_samples"]), 0)
            self.assertIsNone(scenario["met"])

    def test_a_missed_bar_is_shown_and_exits_1(self):
        # Python makes a tenth of Poco's new connections, and stays far from 90 % on any machine.
        result = compare(*QUICK, "--subject", "python_echo", "--markdown", "connect-threads")
        self.assertEqual(1, result.returncode, result.stderr)
        self.assertIn("MISSED", result.stdout)
        self.assertTrue(result.stdout.startswith("| scenario"), result.stdout)

    def test_an_interrupted_run_leaves_no_child(self):
        with subprocess.Popen([sys.executable, COMPARE, "--build", BUILD, "--seconds", "30",
                               "--subject", "epoll_echo", "echo-threads-64"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            self.assertTrue(wait_until(lambda: len(children_of(run.pid)) == 2))
            children = children_of(run.pid)
            run.send_signal(signal.SIGTERM)
            self.assertEqual(128 + signal.SIGTERM, run.wait(30))
        for child in children:
            gone = wait_until(lambda pid=child: not os.path.exists(f"/proc/{pid}"))
            self.assertTrue(gone, f"process {child} is left")


if __name__ == "__main__":
    unittest.main()
