#!/usr/bin/env python3
# tests/bench/compare_test.py - bench/compare through its command line, on the reference servers.
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest

from bench_case import BUILD, SOURCE, BenchCase, wait_until
from comparison.processes import StartError
from comparison.sides import host

COMPARE = SOURCE / "bench" / "compare"
ROUNDS = ["--build", str(BUILD), "--rounds", "2"]


def compare(*arguments, **options):
    return subprocess.run([sys.executable, COMPARE, *arguments], capture_output=True, text=True,
                          timeout=120, check=False, **options)


def compare_quickly(*arguments, expected=0, good=lambda result: True):
    """Over more time when a busy machine measured nothing in less."""
    for seconds in ("0.3", "2", "5"):
        result = compare(*ROUNDS, "--seconds", seconds, *arguments)
        if result.returncode == expected and good(result):
            break
    return result


def each_round_counts(result):
    """Whether both sides did something in each of two rounds."""
    return all(len(scenario["ratios"]) == 2 and min(scenario["subject_samples"]) > 0
               for scenario in json.loads(result.stdout)["scenarios"])


def children_of(pid):
    return [int(word) for word in
            pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


class CompareTest(BenchCase):
    def test_lists_every_scenario_of_the_table(self):
        listed = [line.split()[0] for line in compare("--list").stdout.splitlines()]
        self.assertIn("echo-threads-64", listed)
        self.assertIn("connect-threads", listed)
        self.assertIn("startup-100", listed)
        self.assertIn("memory-six", listed)
        for scenario in ("echo-fibers-64", "latency-fibers-64", "memory-fibers-most",
                         "uppercase-fibers-64k", "upload-sha256", "exec-true",
                         "swap-connect-threads", "swap-echo-fibers", "reload-1000"):
            self.assertIn(scenario, listed)

    def test_a_whole_name_means_that_scenario_alone(self):
        self.assertEqual(1, len(compare("--list", "echo-fibers-64").stdout.splitlines()))
        self.assertEqual(2, len(compare("--list", "echo-fibers-6").stdout.splitlines()))

    def test_help_names_every_option(self):
        text = compare("--help").stdout
        for option in ("--list", "--build", "--rounds", "--seconds", "--pin", "--json",
                       "--markdown", "--subject", "--no-bar", "--engine", "--no-rivals", "--plot",
                       "--storage", "--upload-size"):
            self.assertIn(option, text)

    def test_wrong_usage_is_one_line_and_exits_64(self):
        for arguments in (["no-such-scenario"], ["--rounds", "0"], ["--pin", "sideways"],
                          ["--storage", "/nonexistent"], ["--plot", "/dev/null/x"],
                          ["--upload-size", "1X"], ["--engine", "steam"]):
            result = compare(*arguments)
            self.assertEqual(64, result.returncode, result.stderr)
            self.assertEqual(1, len(result.stderr.splitlines()), result.stderr)

    def test_a_missing_build_exits_69(self):
        result = compare("--build", "/nonexistent", "echo-threads-64")
        self.assertEqual(69, result.returncode)
        self.assertIn("/nonexistent", result.stderr)

    def test_alternates_and_reports_every_sample(self):
        result = compare_quickly("--subject", "epoll_echo", "--json", "--no-bar",
                                 "echo-threads-64", "connect-threads", good=each_round_counts)
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
        result = compare_quickly("--subject", "python_echo", "--markdown", "connect-threads",
                                 expected=1, good=lambda result: "MISSED" in result.stdout)
        self.assertEqual(1, result.returncode, result.stderr)
        self.assertIn("MISSED", result.stdout)
        self.assertTrue(result.stdout.startswith("| scenario"), result.stdout)

    def test_uploads_and_commands_are_measured_beside_their_limits(self):
        result = compare_quickly("--engine", "threads", "--json", "--no-bar", "--upload-size",
                                 "3M", "--storage", self.folder, "upload", "exec-true",
                                 good=each_round_counts)
        self.assertEqual(0, result.returncode, result.stderr)
        report = json.loads(result.stdout)
        self.assertEqual(str(self.folder), report["storage"])
        self.assertEqual(
            [("berthd threads, upload", "recv_file"),
             ("berthd threads, upload", "recv_file beside sha256_loop"),
             ("berthd threads, exec", "epoll_exec")],
            [(each["subject"], each["reference"]) for each in report["scenarios"]])
        for scenario in report["scenarios"]:
            self.assertEqual("", scenario["error"])
            self.assertEqual(2, len(scenario["ratios"]))
        self.assertEqual([], list(self.folder.iterdir()))

    def test_a_rival_that_is_not_installed_is_left_out_with_a_note(self):
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "python3").symlink_to(shutil.which("python3"))
        # Over more time when a busy machine measured nothing in less.
        for seconds in ("0.1", "1", "5"):
            result = compare("--build", BUILD, "--rounds", "1", "--seconds", seconds, "--subject",
                             "epoll_echo", "--no-bar", "--plot", self.folder / "charts",
                             "connect-fibers-8", env={**os.environ, "PATH": str(tools)})
            if result.returncode == 0:
                break
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertIn("left out: node is not installed", result.stdout)
        self.assertRegex(result.stdout, r"\d \(python_asyncio_echo\)")
        self.assertIn("python_asyncio_echo", (self.folder / "charts" / "connect.svg").read_text())

    def test_a_configuration_that_is_refused_is_one_line(self):
        with self.assertRaises(StartError) as refused:
            with host({"echo": {}}, lops=1)(self.setting):
                self.fail("berthd took it")
        self.assertIn('unknown key "lops"', str(refused.exception))
        self.assertEqual(1, len(str(refused.exception).splitlines()))

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
