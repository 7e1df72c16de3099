#!/usr/bin/env python3
# tests/bench/drive_test.py - berth-drive against the services that it is made for.
import hashlib
import json
import socket
import threading
import unittest

from bench_case import BenchCase, run
from comparison import measures


class UploadTest(BenchCase):
    def upload(self, server, *options):
        return run("berth-drive", "upload", server.address, *options)

    def test_stores_every_byte(self):
        host = self.started("berthd threads, upload")
        for options in ([], ["--sha256"]):
            result = self.upload(host, "--size", 3_000_001, "--name", "a.bin", *options)
            self.assertEqual("", result.stderr)
            report = json.loads(result.stdout)
            self.assertEqual(3_000_001, report["bytes"])
            self.assertAlmostEqual(3_000_001 / report["seconds"], report["bytes_per_second"],
                                   delta=report["bytes_per_second"] / 100)
            stored = (host.files / "a.bin").read_bytes()
            self.assertEqual(3_000_001, len(stored))
            self.assertGreater(len(set(stored)), 200, "the bytes are all alike")
            self.assertEqual(stored[:1000], stored[256 * 1024:][:1000])

    def test_measures_what_the_comparison_asks_for(self):
        host = self.started("berthd threads, upload")
        for options in ([], ["--sha256"]):
            self.assertGreater(measures.upload(*options)(self.setting, host), 0.1)

    def test_the_digest_is_that_of_the_bytes(self):
        header, content = self.taken_by_script("--size", "1M", "--sha256")
        self.assertEqual(hashlib.sha256(content).hexdigest(), header["sha256"])
        self.assertEqual({"action": "put", "filename": "upload.bin", "file_size": 2**20},
                         {key: header[key] for key in ("action", "filename", "file_size")})

    def test_a_refused_file_exits_1_with_the_reason(self):
        host = self.started("berthd threads, upload")
        result = self.upload(host, "--size", "1", "--name", ".hidden")
        self.assertEqual(1, result.returncode)
        self.assertIn("bad-name", result.stderr)
        self.assertEqual(1, len(result.stderr.splitlines()), result.stderr)

    def test_a_refusal_after_the_content_is_an_error(self):
        header, _ = self.taken_by_script("--size", "10", end=b'{"status":507}\n', code=1)
        self.assertEqual(10, header["file_size"])

    def taken_by_script(self, *options, end=b"", code=0):
        """Header and content as a server of a few lines got them; `end` is its last answer."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            found = []

            def serve():
                client, _ = listener.accept()
                with client, client.makefile("rb") as stream:
                    text = b""
                    while not text.endswith(b"}"):
                        text += stream.read(1)
                    if b'"sha256"' in text:
                        self.assertEqual(b"\n", stream.read(1))
                    client.sendall(b'{"status":200,"offset":0}\n')
                    found.extend([json.loads(text), stream.read()])
                    client.sendall(end)
            thread = threading.Thread(target=serve)
            thread.start()
            result = run("berth-drive", "upload", f"127.0.0.1:{listener.getsockname()[1]}",
                         *options)
            thread.join()
        self.assertEqual(code, result.returncode, result.stderr)
        return found


class ExecTest(BenchCase):
    def test_runs_a_command_again_and_again(self):
        host = self.started("berthd threads, exec")
        result = run("berth-drive", "exec", host.address, "--duration", "100ms")
        self.assertEqual("", result.stderr)
        report = json.loads(result.stdout)
        self.assertGreater(report["requests"], 0)
        self.assertGreaterEqual(report["seconds"], 0.1)
        self.assertGreater(measures.commands(self.setting, host), 0.1)

    def test_passes_over_output(self):
        host = self.started("berthd threads, exec")
        result = run("berth-drive", "exec", host.address, "--request", "help",
                     "--duration", "10ms")
        self.assertEqual("", result.stderr)
        self.assertEqual(0, result.returncode)

    def test_a_command_that_is_refused_exits_1(self):
        host = self.started("berthd threads, exec")
        result = run("berth-drive", "exec", host.address, "--request", "nonsense")
        self.assertEqual(1, result.returncode)
        self.assertIn("unknown-command", result.stderr)


class UsageTest(BenchCase):
    def test_wrong_usage_is_one_line_and_exits_64(self):
        for words in ([], ["upload"], ["sing", "h:1"], ["upload", "h:1", "--size"],
                      ["upload", "h:1", "--size", "big"], ["upload", "h:1", "--raw"],
                      ["exec", "h:1", "--duration", "5"], ["exec", "h:1", "--sha256"]):
            result = run("berth-drive", *words)
            self.assertEqual(64, result.returncode, words)
            self.assertEqual(1, len(result.stderr.splitlines()), result.stderr)

    def test_a_server_that_is_not_there_exits_69(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{bound.getsockname()[1]}"
            for kind in ("upload", "exec"):
                result = run("berth-drive", kind, address)
                self.assertEqual(69, result.returncode, result.stderr)
                self.assertIn("refused", result.stderr)


if __name__ == "__main__":
    unittest.main()
