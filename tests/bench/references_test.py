#!/usr/bin/env python3
# tests/bench/references_test.py - what Berth is compared with does its work right.
import dataclasses
import os
import socket
import threading
import unittest
from unittest import mock

from bench_case import MANY_SECONDS, BenchCase, run, wait_until
from comparison import measures
from comparison.load import LoadFailed
from comparison.processes import StartError
from comparison.references import Missing, Reference
from comparison.sides import SIDES

MEGABYTE = bytes(range(251)) * 4200  # a bit more, and no power of two


def connected(server):
    host, port = server.address.split(":")
    client = socket.create_connection((host, int(port)), MANY_SECONDS)
    client.settimeout(MANY_SECONDS)
    return client


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


class RecvFileTest(BenchCase):
    def test_stores_what_it_got_before_it_closes(self):
        server = self.started("recv_file")
        for content in (MEGABYTE, b"", b"short"):
            with connected(server) as client:
                client.sendall(content)
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(b"", client.recv(1))
            self.assertTrue(content == (server.files / "received").read_bytes())

    def test_leaves_no_folder_behind(self):
        with SIDES["recv_file"](self.setting) as server:
            folder = server.files
            self.assertTrue(folder.is_dir())
        self.assertFalse(folder.exists())

    def test_a_wrong_size_is_an_error_and_no_speed(self):
        server = self.started("recv_file")
        (server.files / "foreign").write_bytes(b"x")
        with self.assertRaisesRegex(LoadFailed, "3000001 bytes were sent, but"):
            measures.upload("--raw")(self.setting, server)


class LoopTest(BenchCase):
    def test_spawn_loop_prints_a_rate(self):
        with SIDES["spawn_loop"](self.setting) as loop:
            self.assertGreater(measures.spawn_speed(self.setting, loop), 1)

    def test_spawn_loop_tells_what_it_cannot_run(self):
        result = run("spawn_loop", "0.01", "/nonexistent")
        self.assertEqual(69, result.returncode)
        self.assertIn("/nonexistent: No such file", result.stderr)
        self.assertEqual(1, run("spawn_loop", "0.01", "/bin/false").returncode)

    def test_sha256_loop_prints_a_speed(self):
        with SIDES["sha256_loop"](self.setting) as loop:
            self.assertGreater(measures.hash_speed(self.setting, loop), 1)

    def test_wrong_usage_exits_64(self):
        for program in ("spawn_loop", "sha256_loop", "recv_file", "epoll_echo", "poco_echo"):
            self.assertEqual(64, run(program).returncode, program)


class MissingTest(BenchCase):
    def test_a_program_that_is_not_installed_is_named(self):
        with mock.patch("shutil.which", lambda _: None):
            with self.assertRaisesRegex(Missing, "^node is not installed$"):
                self.started("node_echo")

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
