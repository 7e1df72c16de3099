#!/usr/bin/env python3
# tests/bench/references_test.py - what Berth is compared with does its work right.
import contextlib
import dataclasses
import hashlib
import os
import socket
import threading
import types
import unittest
from unittest import mock

from bench_case import BUILD, BenchCase, connected, run, wait_until
from comparison import measures
from comparison.load import LoadFailed
from comparison.processes import StartError
from comparison.references import Loop, Missing, Reference
from comparison.sides import SIDES

MEGABYTE = bytes(range(251)) * 4200  # a bit more, and no power of two


def echoed(client, content):
    """What comes back for `content`, which is sent meanwhile, up to as many bytes."""
    sender = threading.Thread(target=client.sendall, args=(content,))
    sender.start()
    received = bytearray()
    while len(received) < len(content) and (piece := client.recv(65536)):
        received += piece
    sender.join()
    return bytes(received)


class EchoTest(BenchCase):
    """Each echo server on its own; a test for each follows below."""

    def check_echo(self, name):
        try:
            server = self.started(name)
        except Missing as error:
            self.skipTest(str(error))
        with connected(server) as client, connected(server) as second:
            self.assertEqual(b"a", echoed(second, b"a"))
            self.assertTrue(MEGABYTE == echoed(client, MEGABYTE), "other bytes came back")
            self.assertEqual(b"b", echoed(second, b"b"))
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(b"", client.recv(1), "the server does not close after the client")
        with connected(server) as reset:
            reset.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        with connected(server) as after:
            self.assertEqual(b"still here", echoed(after, b"still here"))


def add_echo_tests():
    for name in SIDES:
        if name.endswith("_echo"):
            setattr(EchoTest, f"test_{name}",
                    lambda self, name=name: self.check_echo(name))


class StartTest(BenchCase):
    def started_shell(self, script):
        return self.enterContext(Reference(["sh", "-c", script], self.setting.placement))

    def test_what_the_kernel_forbids_is_missing(self):
        with self.assertRaisesRegex(Missing, "may not use what it needs"):
            self.started_shell("exit 77")

    def test_what_fails_is_not(self):
        with self.assertRaisesRegex(StartError, "does not say where it listens") as caught:
            self.started_shell("exit 69")
        self.assertNotIsInstance(caught.exception, Missing)


class HaproxyTest(BenchCase):
    def test_what_it_complains_of_is_told(self):
        fake = self.folder / "haproxy"
        fake.write_text("#!/bin/sh\necho no luck\nexit 1\n", encoding="ascii")
        fake.chmod(0o755)
        with mock.patch("comparison.haproxy.PLACES", str(self.folder)):
            with self.assertRaisesRegex(StartError, "^haproxy does not serve: no luck$"):
                self.started("haproxy_echo")


class RecvFileTest(BenchCase):
    def test_leaves_no_folder_behind(self):
        with SIDES["recv_file"](self.setting) as server:
            folder = server.files
            self.assertTrue(folder.is_dir())
        self.assertFalse(folder.exists())

    def test_a_wrong_size_is_an_error_and_no_speed(self):
        server = self.started("recv_file")
        (server.files / "foreign").write_bytes(b"x")
        with self.assertRaisesRegex(LoadFailed, "3000001 bytes were sent, but"):
            measures.upload()(self.setting, server)


class LoopTest(BenchCase):
    def test_sha256_loop_prints_a_speed_and_the_digest(self):
        loop = Loop(BUILD / "bin" / "sha256_loop", self.setting.placement)
        with loop.running(1_000_001) as words:
            speed, digest = words()
        self.assertGreater(float(speed), 1e5)
        self.assertEqual(hashlib.sha256(b"\x5a" * 1_000_001).hexdigest(), digest)

    def test_wrong_usage_exits_64(self):
        for program in ("sha256_loop", "recv_file", "epoll_echo", "epoll_uppercase", "epoll_exec",
                        "poco_echo"):
            self.assertEqual(64, run(program).returncode, program)


class SideBySideTest(BenchCase):
    def test_an_upload_beside_a_digest_is_measured(self):
        both = self.started("recv_file beside sha256_loop")
        self.assertGreater(measures.upload_beside_hash(self.setting, both), 0.1)

    def test_the_slower_one_counts(self):
        both = self.started("recv_file beside sha256_loop")
        for speed, expected in (("1000", self.assertEqual), ("1e15", self.assertLess)):
            loop = types.SimpleNamespace(
                running=lambda _, speed=speed: contextlib.nullcontext(lambda: [speed]))
            with mock.patch.object(both, "loop", loop):
                measured = measures.upload_beside_hash(self.setting, both)
            expected(measured, float(speed) / 1e6)


class MissingTest(BenchCase):
    def test_a_program_that_is_not_installed_is_named(self):
        with mock.patch("shutil.which", lambda *_, **__: None):
            for side, name in (("node_echo", "node"), ("haproxy_echo", "haproxy")):
                with self.assertRaisesRegex(Missing, f"^{name} is not installed$"):
                    self.started(side)

    def test_a_program_that_was_not_built_is_named(self):
        self.setting = dataclasses.replace(self.setting, build=self.folder)
        with self.assertRaisesRegex(Missing, "epoll_echo was not built$"):
            self.started("epoll_echo")


class MemoryTest(BenchCase):
    def test_counts_what_each_idle_client_adds(self):
        # A thread for each client: more than a page, less than a megabyte of resident memory.
        server = self.started("poco_echo")
        kib = measures.kib_per_idle_client(40)(self.setting, server)
        self.assertGreater(kib, 4)
        self.assertLess(kib, 1024)

    def test_clients_are_gone_afterwards(self):
        server = self.started("poco_echo")
        measures.kib_per_idle_client(20)(self.setting, server)
        sockets = f"/proc/{server.pid}/fd"
        self.assertTrue(wait_until(lambda: count_sockets(sockets) == 1), "clients stayed")


def count_sockets(folder):
    count = 0
    for entry in os.listdir(folder):
        try:
            count += os.readlink(f"{folder}/{entry}").startswith("socket:")
        except FileNotFoundError:
            pass
    return count


add_echo_tests()

if __name__ == "__main__":
    unittest.main()
