# tests/integration/surroundings_test.py - what a process is given by whoever starts it: descriptors,
# sockets of systemd, limits, the name of the program, a terminal.
import contextlib
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from berthd_case import ECHO, LIMIT, BerthdCase, until
from built import BERTHD, BUILD

ANOTHER_USER = 54321


def descriptors(pid):
    """What each open descriptor of a process leads to."""
    found = {}
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            found[int(entry.name)] = os.readlink(entry)
        except FileNotFoundError:
            pass
    return found


def close_standard_descriptors():
    for number in range(3):
        os.close(number)


class SurroundingsTest(BerthdCase):

    # --- descriptors ---

    def test_standard_descriptors_are_open_in_every_program(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            address = f"127.0.0.1:{silent.getsockname()[1]}"
            self.write_ini()
            commands = [[BERTHD, "--config", self.folder / "berth.ini"],
                        [BUILD / "bin/berth", "talk", address]]
            if (BUILD / "bin/berth-load").exists():
                commands += [[BUILD / "bin/berth-load", address],
                             [BUILD / "bin/berth-drive", "upload", address]]
            for command in commands:
                child = subprocess.Popen(command, cwd=self.folder,
                                         preexec_fn=close_standard_descriptors)
                self.children.append(child)
                opened = until(lambda pid=child.pid: self.with_a_socket(pid))
                for number in range(3):
                    self.assertEqual(opened[number], "/dev/null", command)
                child.kill()

    @staticmethod
    def with_a_socket(pid):
        """Its descriptors, once it has a socket, so that it is past its beginning."""
        opened = descriptors(pid)
        return opened if any(at.startswith("socket:") for at in opened.values()) else None

    def test_no_client_receives_lines_of_the_log(self):
        self.write_ini()
        self.start(stderr=None, preexec_fn=close_standard_descriptors)
        self.await_ready()
        port = int(self.ask("json services").split('"127.0.0.1:')[1].split('"')[0])
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"x")
            self.assertEqual(client.recv(9), b"x")
            self.ask("set echo max_connections 7")
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(client.recv(4096), b"")

    def test_an_upgrade_passes_on_only_what_it_means_to(self):
        self.write_ini()
        with tempfile.TemporaryFile() as foreign:
            child = self.start(pass_fds=[foreign.fileno()], stderr=subprocess.DEVNULL)
            self.await_ready()
            self.assertIn(foreign.fileno(), descriptors(child.pid))
            self.assertTrue(self.ask("upgrade").startswith("OK"))
        successor = until(lambda: [pid for pid in self.strays() if pid != child.pid])[0]
        self.assertNotIn("(deleted)", " ".join(descriptors(successor).values()))
        self.assert_ends(child)
        os.kill(successor, signal.SIGTERM)
        until(lambda: not self.strays())

    # --- sockets of systemd ---

    def start_with_socket(self, handed_over):
        self.write_ini("[service:echo]\nlisten = systemd:unknown\n")
        number = handed_over.fileno()
        wrapper = ["sh", "-c", f'exec 3<&{number}; LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"']
        return self.run_berthd(before=wrapper, pass_fds=[number])

    def assert_unusable(self, handed_over, reason):
        code, said = self.start_with_socket(handed_over)
        self.assertEqual(code, 69, said)
        lines = [line for line in said.splitlines() if line.startswith("berthd: ")]
        self.assertEqual(len(lines), 1, said)
        self.assertIn(reason, lines[0])

    def test_sockets_that_cannot_be_accepted_from_are_refused_with_the_reason(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            datagrams.bind(("127.0.0.1", 0))
            self.assert_unusable(datagrams, "write ListenStream= in place of ListenDatagram=")
        one, other = socket.socketpair()
        with one, other:
            self.assert_unusable(one, "write Accept=no")
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            self.assert_unusable(silent, "it does not listen")
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as packets:
            packets.bind(str(self.folder / "packets"))
            packets.listen()
            self.assert_unusable(packets, "neither a TCP nor a Unix stream socket")
        with open("/dev/null", encoding="ascii") as file:
            self.assert_unusable(file, "it is no socket")

    def test_sockets_for_another_process_are_missed_with_the_reason(self):
        self.write_ini("[service:echo]\nlisten = systemd:web\n")
        environment = {**os.environ, "LISTEN_PID": "1", "LISTEN_FDS": "1",
                       "LISTEN_FDNAMES": "web"}
        code, said = self.run_berthd(env=environment)
        self.assertEqual(code, 69)
        self.assertIn("it handed over none, since LISTEN_PID names process 1", said)

    # --- limits ---

    def test_it_reloads_and_ends_at_its_limit_of_threads(self):
        ini = self.write_ini(host="log = berth.log\n")
        log = self.folder / "berth.log"
        # A search for leaks at the end would need a thread.
        options = {"stderr": subprocess.DEVNULL,
                   "env": {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}}
        if os.geteuid() == 0:  # for whom the limit does not hold
            for path in (self.folder, ini):
                os.chown(path, ANOTHER_USER, -1)
            options["user"] = ANOTHER_USER
        try:
            child = self.start(**options)
        except PermissionError:
            self.skipTest("another user cannot run what was built here")
        until(lambda: log.exists() and "is ready" in log.read_text(encoding="utf-8"))
        self.limit_threads(child.pid, options.get("user"))
        child.send_signal(signal.SIGHUP)
        until(lambda: "reload" in log.read_text(encoding="utf-8"))
        child.terminate()
        self.assert_ends(child)

    def limit_threads(self, pid, user):
        """By the process's own user, who may do that: it can make no more."""
        limiter = os.fork()
        if limiter == 0:
            try:
                if user:
                    os.setuid(user)
                resource.prlimit(pid, resource.RLIMIT_NPROC, (1, 1))
                os._exit(0)
            finally:
                os._exit(1)
        self.assertEqual(os.waitpid(limiter, 0)[1], 0)

    # --- the name of the program ---

    def test_an_upgrade_follows_the_link_it_was_started_by(self):
        self.write_ini()
        for release in ("r1", "r2"):
            (self.folder / release).mkdir()
            shutil.copy(BERTHD, self.folder / release)
        current = self.folder / "current"
        current.symlink_to("r1")
        child = self.start(program="./current/berthd", stderr=subprocess.DEVNULL)
        self.await_ready()
        current.unlink()
        current.symlink_to("r2")
        self.assertTrue(self.ask("upgrade").startswith("OK"))
        successor = until(lambda: [pid for pid in self.strays() if pid != child.pid])[0]
        self.assertEqual(os.readlink(f"/proc/{successor}/exe"),
                         str(self.folder.resolve() / "r2/berthd"))
        self.assert_ends(child)
        os.kill(successor, signal.SIGTERM)
        until(lambda: not self.strays())

    def test_plugins_are_tried_by_the_program_that_runs_not_by_its_loader(self):
        self.write_ini()
        loader = next(file for folder in ("/lib64", "/lib")
                      for file in pathlib.Path(folder).glob("ld-linux*.so.?"))
        # A search for leaks takes the loader for the program, too.
        code, said = self.run_berthd("--check", before=[loader],
                                     env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
        self.assertEqual((code, said), (0, ""))

    # --- a terminal ---

    def test_a_daemon_serves_when_the_command_returns(self):
        self.write_ini(host="log = berth.log\n")
        code, said = self.run_berthd("--daemon", "--pidfile=berthd.pid")
        self.assertEqual((code, said), (0, ""))
        pid = int((self.folder / "berthd.pid").read_text(encoding="ascii"))
        self.assertEqual([descriptors(pid)[number] for number in range(3)], ["/dev/null"] * 3)
        self.assertTrue(self.ask("status").startswith("OK"))
        os.kill(pid, signal.SIGTERM)
        until(lambda: not self.strays())

    def test_a_daemon_tells_on_the_terminal_why_it_does_not_serve(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            taken = f"127.0.0.1:{other.getsockname()[1]}"
            self.write_ini(ECHO.replace("127.0.0.1:0", taken), host="log = berth.log\n")
            code, said = self.run_berthd("--daemon")
        self.assertEqual(code, 69)
        self.assertIn(taken, said)
        self.write_ini(host="log = berth.log\n")
        code, said = self.run_berthd("--daemon", "--pidfile=no/berthd.pid")
        self.assertEqual(code, 73)
        self.assertIn("no: the folder cannot be opened", said)
        self.assertEqual(self.strays(), [])

    def test_a_daemon_nobody_waits_for_any_more_ends(self):
        for create_time in (3, 8, 20):
            self.write_ini("[service:slow]\nplugin = slow_start\nlisten = 127.0.0.1:0\n"
                           f"create_time = {create_time}s\n",
                           host="log = berth.log\n")
            began = time.monotonic()
            child = self.start("--daemon")
            until(lambda child=child: len(self.strays()) == 2 or child.poll() is not None)
            child.kill()
            child.wait()
            if time.monotonic() - began < create_time:
                break
            # Too late on a busy machine: by now the daemon may serve.
            for pid in self.strays():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            until(lambda: not self.strays())
        else:
            self.fail("the daemon was ready before its parent was killed")
        until(lambda: not self.strays())

    # --- the end ---

    def test_the_second_term_ends_it_whatever_hangs(self):
        self.write_ini("[service:echo]\nplugin = hangs_in_stop\nlisten = 127.0.0.1:0\n",
                       host="load_timeout = 10m\nlog = berth.log\n")
        log = self.folder / "berth.log"
        child = self.start()
        self.await_ready()
        child.terminate()
        until(lambda: "draining" in log.read_text(encoding="utf-8"))
        child.terminate()
        said = child.communicate(timeout=LIMIT)[1].decode()
        self.assertEqual(child.returncode, 70)
        self.assertIn("something does not end in its time", said)

    def test_the_command_line_is_refused_in_one_line(self):
        self.write_ini()
        for argument in ("--umask=xyz", "--umask=", "--umask=9", "--umask=10000", "--umask=-1",
                         "--umask=99999999999999999999", "--pidfile=", "--chekc", "--daemon=1",
                         "", "-", "x"):
            code, said = self.run_berthd(argument)
            self.assertEqual(code, 64, (argument, said))
            self.assertEqual(said.count("\n"), 1, (argument, said))

    def test_it_says_that_its_folder_is_gone(self):
        gone = self.folder / "gone"
        gone.mkdir()
        child = subprocess.run(["sh", "-c", 'rmdir ../gone && exec "$0"', BERTHD], cwd=gone,
                               stderr=subprocess.PIPE, check=False)
        self.assertEqual(child.returncode, 71)
        self.assertIn(b"the working directory cannot be used", child.stderr)


if __name__ == "__main__":
    unittest.main()
