#!/usr/bin/env python3
# tests/bench/answers_test.py - references that do a service's work answer byte for byte as it does.
import hashlib
import json
import pathlib
import random
import re
import socket
import unittest

from bench_case import BenchCase, connected, run, wait_until
from comparison.sides import EXEC, host, program

RESET = b"\1\0\0\0\0\0\0\0"  # a linger of 0 seconds
MEGABYTE = bytes(range(256)) * 4097


def received(client, count):
    """So many bytes, or fewer and the end."""
    answer = bytearray()
    while len(answer) < count and (piece := client.recv(count - len(answer))):
        answer += piece
    return bytes(answer)


def received_to_end(client):
    with client.makefile("rb") as stream:
        return stream.read()


class UppercaseTest(BenchCase):
    """A piece is answered by as many bytes, unless it makes the server close."""

    def setUp(self):
        super().setUp()
        self.servers = [self.started("berthd fibers, uppercase"), self.started("epoll_uppercase")]

    def answers(self, server, pieces):
        """What comes back for each piece, which is sent when the one before is answered; None
        behind them when the server ended the conversation."""
        found = []
        with connected(server) as client:
            for piece in pieces:
                client.sendall(piece)
                found.append(received(client, len(piece)))
                if len(found[-1]) < len(piece):
                    return [*found, None]
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(b"", received_to_end(client))
        return found

    def check(self, pieces, expected):
        for server in self.servers:
            self.assertEqual(expected, self.answers(server, pieces), pieces)

    def test_answers_each_piece_at_once(self):
        self.check([b"a", b"bC\n", bytes(range(256))],
                   [b"A", b"BC\n", bytes(range(256)).upper()])

    def test_the_word_is_found_however_it_is_split(self):
        self.check([b"exit"], [b"", None])
        self.check([b"exit\n"], [b"", None])
        self.check([b"exit\r\n"], [b"", None])
        self.check([b"ex", b"it\nmore"], [b"EX", b"", None])
        self.check([b"a\nexit\r", b"\n"], [b"A\nEXIT\r", b"", None])
        self.check([b"a\nexit\nmore"], [b"A\n", None])

    def test_what_only_resembles_the_word_is_answered(self):
        for text in (b"exits\n", b"EXIT\n", b"an exit\n", b"exit \n", b"a\nexit", b"exit\r\r\n"):
            self.check([text, b"x"], [text.upper(), b"X"])

    def test_the_word_is_found_everywhere_in_a_large_piece(self):
        for at in (*range(1015, 1030), 2047, 4090):
            text = b"x" * at + b"\nexit\n" + b"y" * 3000
            self.check([text], [b"X" * at + b"\n", None])

    def test_random_conversations_are_answered_alike(self):
        choice = random.Random(20)
        letters = [b"e", b"x", b"i", b"t", b"exit", b"ex", b"it", b"\n", b"\r\n", b"\r", b"E"]
        ended = 0
        for _ in range(200):
            pieces = [b"".join(choice.choices(letters, k=choice.randint(1, 6)))
                      for _ in range(choice.randint(1, 8))]
            expected = self.answers(self.servers[0], pieces)
            self.check(pieces, expected)
            ended += expected[-1] is None
        self.assertTrue(20 < ended < 180, ended)

    def test_a_client_that_does_not_read_loses_nothing(self):
        for server in self.servers:
            with connected(server) as client:
                client.setblocking(False)
                sent = 0
                try:
                    while sent < len(MEGABYTE) * 16:
                        sent += client.send(MEGABYTE[sent % len(MEGABYTE):])
                except BlockingIOError:
                    pass
                client.settimeout(30)
                expected = (MEGABYTE * (sent // len(MEGABYTE) + 1))[:sent].upper()
                self.assertTrue(expected == received(client, sent), "other bytes came back")


class ExecTest(BenchCase):
    """Scripts are run by both; how long each took may differ, and how output is cut."""

    SCRIPTS = {
        "say": "echo said",
        "complain": "echo complaint >&2; exit 7",
        "flood": "head -c 300000 /dev/zero | tr '\\0' x; head -c 100000 /dev/zero >&2",
        "die": "kill -ABRT $$",
        "look": "echo $0; env | grep -v ^PWD= | sort; readlink /proc/self/fd/0; umask; ulimit -c; "
                "grep -E 'NoNewPrivs|SigBlk' /proc/self/status; "
                "cut -d' ' -f5,6 /proc/$$/stat | grep -qx \"$$ $$\" && echo leads its session; "
                "ls -l /proc/self/fd | wc -l",
        "leave": "sleep 300 & echo $!",
        "stay": "echo $$; exec sleep 300",
    }

    def setUp(self):
        super().setUp()
        programs = {"true": "/bin/true", "false": "/bin/false",
                    **{name: self.script(name) for name in self.SCRIPTS}}
        commands = {f"command.{name}": path for name, path in programs.items()}
        service = host({"exec": {"engine": "fibers", **EXEC, **commands}})
        reference = program("epoll_exec", *(f"{name}={path}" for name, path in programs.items()))
        self.servers = [self.enterContext(side(self.setting)) for side in (service, reference)]

    def script(self, name):
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{self.SCRIPTS[name]}\n", encoding="ascii")
        path.chmod(0o755)
        return path

    def answers(self, server, requests):
        with connected(server) as client:
            client.sendall(requests)
            client.shutdown(socket.SHUT_WR)
            return frames(received_to_end(client))

    def check_alike(self, requests):
        service, reference = (self.answers(server, requests) for server in self.servers)
        self.assertEqual(service, reference)
        return reference

    def test_output_and_exit_codes(self):
        self.assertEqual(
            [(b"exit", b"0"), (b"exit", b"1"), (b"out", b"said\n"), (b"exit", b"0"),
             (b"err", b"complaint\n"), (b"exit", b"7"), (b"signal", b"ABRT"), (b"exit", b"0")],
            self.check_alike(b"true\nfalse\n\nsay\r\n\r\ncomplain\ndie\ntrue"))

    def test_one_request_after_the_other(self):
        for server in self.servers:
            with connected(server) as client, client.makefile("rb") as stream:
                for _ in range(20):
                    client.sendall(b"true\n")
                    self.assertRegex(stream.readline(), rb"\Aexit 0 \d+\n\Z")

    def test_more_output_than_a_pipe_or_a_socket_holds(self):
        service, reference = (self.answers(server, b"flood\n" * 20) for server in self.servers)
        for found in (service, reference):
            self.assertEqual(20, found.count((b"exit", b"0")))
            for stream, size in ((b"out", 6_000_000), (b"err", 2_000_000)):
                self.assertEqual(size, sum(len(text) for kind, text in found if kind == stream))

    def test_a_program_finds_the_same_around_it(self):
        found = self.check_alike(b"look\n")[0][1].decode().splitlines()
        self.assertIn("leads its session", found)
        self.assertIn("/dev/null", found)

    def test_what_is_left_of_the_group_ends_with_the_program(self):
        for server in self.servers:
            (_, pid), *_ = self.answers(server, b"leave\n")
            self.assertTrue(wait_until(lambda pid=int(pid): not is_running(pid)))

    def test_a_program_ends_with_its_client(self):
        for server in self.servers:
            with connected(server) as client:
                client.sendall(b"stay\n")
                with client.makefile("rb") as stream:
                    self.assertRegex(stream.readline(), rb"\Aout \d+\n\Z")
                    pid = int(stream.readline())
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.assertTrue(wait_until(lambda pid=pid: not is_running(pid)))

    def test_an_unknown_command_is_refused_and_the_conversation_goes_on(self):
        for server in self.servers:
            with connected(server) as client, client.makefile("rb") as stream:
                client.sendall(b"nonsense\ntrue\n")
                self.assertTrue(stream.readline().startswith(b"error unknown-command "))
                self.assertTrue(stream.readline().startswith(b"exit 0 "))

    def test_a_program_that_does_not_start_is_refused(self):
        (self.folder / "say").unlink()
        for server in self.servers:
            with connected(server) as client, client.makefile("rb") as stream:
                client.sendall(b"say\ntrue\n")
                self.assertEqual(f"error spawn-failed cannot run {self.folder}/say: "
                                 "No such file or directory\n", stream.readline().decode())
                self.assertTrue(stream.readline().startswith(b"exit 0 "))


def frames(reply):
    """(kind, bytes) of each frame, one for what one stream had in a row; without times, and
    without the empty frames that mean nothing."""
    found = []
    while reply:
        head, reply = reply.split(b"\n", 1)
        kind, rest = head.split(b" ", 1)
        if kind in (b"out", b"err"):
            rest, reply = reply[:int(rest)], reply[int(rest):]
            if not rest:
                continue
            if found and found[-1][0] == kind:
                rest = found.pop()[1] + rest
        elif kind in (b"exit", b"signal"):
            rest = re.fullmatch(rb"(\w+) \d+", rest)[1]
        found.append((kind, rest))
    return found


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(") ", 1)[1][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class UploadTest(BenchCase):
    def setUp(self):
        super().setUp()
        self.servers = [self.started("berthd fibers, upload"), self.started("recv_file")]

    def stored(self, server):
        return {path.name: path.read_bytes() for path in server.files.iterdir() if path.is_file()}

    def header(self, name, content, **more):
        return json.dumps({"action": "put", "filename": name, "file_size": len(content), **more},
                          separators=(",", ":")).encode() + (b"\n" if more else b"")

    def answer(self, server, *files):
        """The answer to files that are sent one after the other, each when it may be."""
        with connected(server) as client:
            answer = b""
            for name, content, more in files:
                client.sendall(self.header(name, content, **more))
                answer += received(client, len(b'{"status":200,"offset":0}\n'))
                client.sendall(content)
            client.shutdown(socket.SHUT_WR)
            return answer + received_to_end(client)

    def check_alike(self, *files):
        for server in self.servers:
            self.assertEqual(b'{"status":200,"offset":0}\n' * len(files),
                             self.answer(server, *files))
            self.assertTrue({name: content for name, content, _ in files} == self.stored(server),
                            "other files are stored")

    def test_a_file_a_digest_and_an_empty_file(self):
        digest = {"sha256": hashlib.sha256(MEGABYTE).hexdigest()}
        self.check_alike(("a", MEGABYTE, {}), ("b", MEGABYTE, digest), ("c", b"", {}))

    def test_a_header_and_its_file_in_one_piece(self):
        content = b"\nbegins with a line end"
        sent = self.header("d", content, sha256=hashlib.sha256(content).hexdigest()) + content
        for server in self.servers:
            with connected(server) as client:
                client.sendall(sent)
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(b'{"status":200,"offset":0}\n', received_to_end(client))
            self.assertEqual({"d": content}, self.stored(server))

    def test_the_same_bytes_of_the_same_load(self):
        for server in self.servers:
            result = run("berth-drive", "upload", server.address, "--size", 3_000_001, "--sha256")
            self.assertEqual("", result.stderr)
        service, reference = (self.stored(server) for server in self.servers)
        self.assertEqual(3_000_001, len(reference["upload.bin"]))
        self.assertTrue(service == reference)

    def test_a_client_that_goes_leaves_no_file(self):
        for server in self.servers:
            with connected(server) as client:
                client.sendall(self.header("half", MEGABYTE) + MEGABYTE[:1000])
                received(client, 20)
            self.check_next_file(server)

    def check_next_file(self, server):
        self.answer(server, ("whole", b"whole", {}))
        self.assertEqual(["whole"], [name for name in self.stored(server) if name[0] != "."])


if __name__ == "__main__":
    unittest.main()
