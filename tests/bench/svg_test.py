#!/usr/bin/env python3
# tests/bench/svg_test.py - the picture that --svg draws, and when it is not drawn.
import socket
import unittest
import xml.etree.ElementTree as xml

from bench_case import BUILD, BenchCase, run

SVG = "{http://www.w3.org/2000/svg}"


class SvgTest(BenchCase):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "latency.svg"
        self.server = self.started("epoll_echo")

    def load(self, *options, program=("berth-load",), address=None):
        """Again when the machine gave it no turn for as long as it measures."""
        for _ in range(5):
            result = run(*program, address or self.server.address, "--duration", "100ms",
                         "--warm-up", "10ms", "--svg", self.file, *options)
            if "no reply came" not in result.stderr:
                break
        return result

    def check_picture(self, result):
        self.assertEqual("", result.stderr)
        self.assertEqual(0, result.returncode)
        root = xml.parse(self.file).getroot()
        self.assertEqual(81, len(root.find(f"{SVG}polyline").get("points").split()))
        self.assertEqual(6, len(list(root.iter(f"{SVG}circle"))))
        return [text.text for text in root.iter(f"{SVG}text")]

    def test_draws_a_load_in_each_mode(self):
        for mode, unit in (("echo", "messages/s"), ("connect", "connections/s")):
            result = self.load("--connections", "3", "--mode", mode)
            texts = self.check_picture(result)
            self.assertEqual(f"{mode}, 3 connections, 64-byte messages, 0.1 s", texts[0])
            self.assertIn(unit, texts[1])
            self.assertIn(self.server.address, texts[1])
            self.assertIn("errors      0", result.stdout)
        self.assertEqual([self.file], list(self.folder.iterdir()))

    def test_the_tool_draws_it_too(self):
        if not (BUILD / "bin" / "berth").exists():
            self.skipTest("berth was not built")
        self.check_picture(self.load(program=("berth", "bench")))

    def test_a_file_that_cannot_be_written_is_found_before_the_load(self):
        self.file = self.folder / "missing" / "latency.svg"
        result = self.load("--duration", "1h")
        self.assertEqual(74, result.returncode)
        self.assertEqual(f"berth-load: cannot write {self.file}: No such file or directory\n",
                         result.stderr)
        self.assertEqual("", result.stdout)

    def test_a_load_that_fails_keeps_the_file_that_was_there(self):
        self.file.write_text("old", encoding="ascii")
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            result = self.load(address=f"127.0.0.1:{bound.getsockname()[1]}")
        self.assertEqual(1, result.returncode, result.stderr)
        self.assertEqual("old", self.file.read_text("ascii"))
        self.assertEqual([self.file], list(self.folder.iterdir()))

    def test_idle_connections_have_no_latencies(self):
        result = self.load("--mode", "idle")
        self.assertEqual(64, result.returncode)
        self.assertIn("--svg", result.stderr)
        self.assertFalse(self.file.exists())


if __name__ == "__main__":
    unittest.main()
