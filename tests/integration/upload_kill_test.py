# tests/integration/upload_kill_test.py - kills berthd at any moment of uploads of every form: no file
# is wrong, and what was received goes on to the right content.
#
# BERTH_SEED repeats a run; BERTH_KILLS is how often it is killed.
import collections
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import threading
import time

from built import BERTHD, BUILD, SANITIZED
from lines import Lines
from upload_file import File, ended_too_late

KILLS = int(os.environ.get("BERTH_KILLS", "30" if SANITIZED else "300"))
SEED = int(os.environ.get("BERTH_SEED", random.randrange(2**32)))
LIMIT = 120  # seconds, for any one thing
ENGINES = ("threads", "fibers")
CLIENTS = 2  # of each engine
LONGEST = 0.08  # seconds between readiness and a kill

INI = f"""[host]
plugins = {BUILD / "plugins"}
state = state
access_log = off
log_level = error
[control]
listen = unix:state/control.sock
""" + "".join(f"""[service:{engine}]
plugin = upload
engine = {engine}
listen = 127.0.0.1:0
directory = {engine}
min_free_space = 0
""" for engine in ENGINES)


class Host:
    """A berthd that is killed and started again, and where its services are meanwhile."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-kill-"))
        (self.folder / "state").mkdir(mode=0o700)
        for engine in ENGINES:
            (self.folder / engine).mkdir()
        (self.folder / "berth.ini").write_text(INI, encoding="utf-8")
        self.changed = threading.Condition()
        self.ports = None
        self.child = None

    def start(self):
        with open(self.folder / "log", "a", encoding="utf-8") as log:
            self.child = subprocess.Popen(
                [BERTHD, "--config", self.folder / "berth.ini"],
                stdout=log, stderr=log, cwd=self.folder)
        end = time.monotonic() + LIMIT
        while True:
            try:
                control = Lines(str(self.folder / "state" / "control.sock"))
                control.send(b"json wait serving\njson services\n")
                assert control.reply()["ok"]
                services = control.reply()["data"]
                control.close()
                break
            except (OSError, ConnectionError):
                assert self.child.poll() is None and time.monotonic() < end, self.log()
                time.sleep(0.005)
        with self.changed:
            self.ports = {service["name"]: int(service["addresses"][0].rpartition(":")[2])
                          for service in services}
            self.changed.notify_all()

    def kill(self):
        with self.changed:
            self.ports = None
        self.child.kill()
        self.child.wait(LIMIT)

    def connect(self, engine):
        """Waits until there is a host."""
        while True:
            with self.changed:
                assert self.changed.wait_for(lambda: self.ports, LIMIT), self.log()
                ports = self.ports
            try:
                connection = Lines(("127.0.0.1", ports[engine]))
            except OSError:
                time.sleep(0.005)
                continue
            with self.changed:
                if self.ports is ports:
                    return connection
            connection.close()  # the port may be somebody else's by now

    def log(self):
        return (self.folder / "log").read_text(encoding="utf-8")

    def end(self):
        if self.child and self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        shutil.rmtree(self.folder)


class Client(threading.Thread):
    """Sends one file after the other, each until it is there, whatever happens to the host."""

    def __init__(self, run, engine, seed):
        super().__init__(daemon=True)
        self.run_, self.engine, self.rng = run, engine, random.Random(seed)
        self.failure = None

    def run(self):
        try:
            number = 0
            while not self.run_.over.is_set():
                number += 1
                file = File(f"{self.name}-{number}", self.rng)
                self.run_.expect(self.engine, file)
                while not self.attempt(file):
                    pass
                self.run_.forms[file.form()] += 1
        except Exception as failure:  # pylint: disable=broad-except
            self.failure = failure
            self.run_.over.set()

    def attempt(self, file):
        """True once the file is there."""
        connection = self.run_.host.connect(self.engine)
        try:
            return self.send(connection, file)
        except (ConnectionError, TimeoutError):
            return False
        finally:
            connection.close()

    def send(self, connection, file):
        known = self.stat(connection, file)
        if known["complete"]:
            return True
        offset = known["offset"]
        if offset:
            self.run_.resumed += 1
        header, rest = file.pieces(offset)
        begun = time.monotonic()
        for piece in header:
            connection.send(piece)
        took = time.monotonic() - begun
        reply = connection.reply()
        if ended_too_late(reply, took):
            return False
        assert reply == {"status": 200, "offset": offset}, (file.form(), reply)
        for piece in rest:
            connection.send(piece)
        if file.ack:
            reply = connection.reply()
            assert reply["status"] == 201, (file.form(), reply)
            assert reply["sha256"] == hashlib.sha256(file.content).hexdigest(), file.form()
        known = self.stat(connection, file)
        assert known["complete"] and known["offset"] == len(file.content), (file.form(), known)
        return True

    @staticmethod
    def stat(connection, file):
        connection.send(json.dumps({"action": "stat", "filename": file.name}).encode() + b"\n")
        reply = connection.reply()
        assert reply["status"] == 200, reply
        return reply


class Run:
    def __init__(self):
        self.rng = random.Random(SEED)
        self.host = Host()
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.expected = {engine: {} for engine in ENGINES}
        self.forms = collections.Counter()
        self.resumed = self.published = self.parts = 0

    def expect(self, engine, file):
        with self.lock:
            self.expected[engine][file.name] = file.content

    def check(self):
        """What lies in the folders while nobody writes: whole files, and beginnings of files."""
        with self.lock:
            for engine, files in self.expected.items():
                folder = self.host.folder / engine
                for path in folder.iterdir():
                    if path.name == ".berth-upload":
                        continue
                    assert path.read_bytes() == files[path.name], f"{path} is wrong"
                    self.published += 1
                for path in (folder / ".berth-upload" / "parts").glob("*"):
                    part = path.read_bytes()
                    assert files[path.name].startswith(part), f"{path} is wrong"
                    self.parts += 1

    def forget(self, clients):
        """Removes files that were looked at and that nobody asks for any more."""
        with self.lock:
            for engine, files in self.expected.items():
                current = {max((name for name in files if name.startswith(f"{client.name}-")),
                               key=lambda name: int(name.rpartition("-")[2]), default="")
                           for client in clients}
                for name in [name for name in files if name not in current]:
                    (self.host.folder / engine / name).unlink(missing_ok=True)
                    del files[name]

    def go(self):
        clients = [Client(self, engine, self.rng.random())
                   for engine in ENGINES for _ in range(CLIENTS)]
        self.host.start()
        for client in clients:
            client.start()
        for _ in range(KILLS):
            time.sleep(self.rng.random() * LONGEST)
            self.host.kill()
            self.check()
            self.forget(clients)
            if self.over.is_set():
                break
            self.host.start()
        self.over.set()
        for client in clients:
            client.join(LIMIT)
            if client.failure:
                raise client.failure
            assert not client.is_alive(), "a client does not end"
        self.host.kill()
        self.check()
        left = [str(path) for engine in ENGINES
                for path in (self.host.folder / engine / ".berth-upload" / "parts").glob("*")]
        assert not left, f"left: {left}"


def main():
    run = Run()
    begun = time.monotonic()
    try:
        run.go()
    except BaseException:
        print(f"seed {SEED}\n{run.host.log()}", flush=True)
        raise
    finally:
        run.host.end()
    assert KILLS < 100 or run.resumed > 0
    print(f"seed {SEED}: {KILLS} kills in {time.monotonic() - begun:.0f} s, "
          f"{sum(run.forms.values())} files in {len(run.forms)} forms, {run.resumed} went on, "
          f"{run.published} files and {run.parts} parts looked at, none wrong")


if __name__ == "__main__":
    main()
