# tests/inject/serving.py - scenarios of the phase "serve": each service on each engine.
import os
import signal
import socket
import time

import clients
from host import until
from scenario import Scenario, require
from wire import LIMIT, Cut, Hang, Refused, Wire

SMALL = b"a small file\n"
LARGE = bytes(range(256)) * 1200
COMMANDS = """command.say = /usr/bin/printf '%s\\n' {word}
command.show = /usr/bin/cat {file:existing}
command.both = /bin/sh -c 'echo out; echo err >&2'
command.wait = /usr/bin/sleep {seconds:int}
command.enter = /usr/bin/ls {folder:path}
"""


class Serving(Scenario):
    """`during` is `before` once more."""
    phase = "serve"
    engine = "threads"

    def before(self, trial):
        self.serve(trial, "first")

    def during(self, trial):
        self.serve(trial, "second")

    def after(self, trial):
        self.serve(trial, "third")

    def serve(self, trial, turn):
        """`turn`: for names."""
        raise NotImplementedError


class Echo(Serving):
    plugins = ("echo",)

    def __init__(self, engine):
        self.name = f"echo-{engine}"
        self.services = (f"[service:echo]\nengine = {engine}\nlisten = 127.0.0.1:0, unix:e.sock\n"
                         "drain_timeout = 1s\nkeepalive = on\nsend_buffer = 64K\n"
                         "receive_buffer = 64K\n"
                         f"[service:brief]\nplugin = echo\nengine = {engine}\nlisten = 0\n"
                         "nodelay = off\n"
                         "idle_timeout = 150ms\nwrite_timeout = 150ms\nmax_lifetime = 400ms\n")

    def serve(self, trial, turn):
        trial.step("echo", clients.echo, trial.host.address("echo"))
        trial.step("unix", clients.echo, trial.host.address("echo", 1))
        trial.step("flood", clients.flood, trial.host.address("echo"))
        trial.step("silent", self.is_closed, trial.host.address("brief"))
        trial.step("reads nothing", self.is_cut, trial.host.address("brief"))
        trial.step("vanishes", self.vanish, trial.host.address("echo"))

    @staticmethod
    def is_closed(address):
        with Wire(address) as wire:
            wire.send(b"once")
            clients.same(wire.exactly(4), b"once", "what came back")
            clients.same(wire.rest(), b"", "behind it")

    @staticmethod
    def is_cut(address):
        with Wire(address, receive_buffer=4096) as wire:
            try:
                for _ in range(400):
                    wire.send(b"x" * 65536)
            except Cut:
                return
        raise Hang("nobody cut a client that reads nothing")

    @staticmethod
    def vanish(address):
        with Wire(address) as wire:
            wire.send(b"x")
            wire.exactly(1)
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


class Tls(Serving):
    plugins = ("echo",)

    def __init__(self, engine):
        self.name = f"tls-{engine}"
        self.services = (f"[service:echo]\nengine = {engine}\nlisten = 0\n"
                         "tls_certificate = CERTIFICATES/host.pem\n"
                         "tls_key = CERTIFICATES/host.key\n")

    def serve(self, trial, turn):
        certificate = trial.host.run_folder / "host.pem"
        trial.step("echo", clients.echo, trial.host.address("echo"), tls=certificate)
        trial.step("large", clients.echo, trial.host.address("echo"), tls=certificate,
                   messages=[b"x" * 20000] * 4)


class Proxied(Serving):
    plugins = ("echo",)

    def __init__(self, engine):
        self.name = f"proxied-{engine}"
        self.services = (f"[service:echo]\nengine = {engine}\nlisten = 0\n"
                         "proxy_protocol = 127.0.0.0/8\nallow = 192.0.2.0/24\n")

    def serve(self, trial, turn):
        head = b"PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\n"
        trial.step("echo", clients.echo, trial.host.address("echo"), head=head)


class Words(Serving):
    """uppercase and greet."""
    plugins = ("uppercase", "greet")

    def __init__(self, engine):
        self.name = f"words-{engine}"
        self.services = (f"[service:uppercase]\nengine = {engine}\nlisten = 0\nencoding = utf-8\n"
                         f"[service:greet]\nengine = {engine}\nlisten = 0\n")

    def serve(self, trial, turn):
        trial.step("uppercase", clients.echo, trial.host.address("uppercase"),
                   change=lambda text: text.decode().upper().encode(),
                   messages=("grüße".encode(), b"plain"))
        trial.step("greet", clients.greet, trial.host.address("greet"))


class Exec(Serving):
    plugins = ("exec",)
    folders = ("files/sub",)

    def __init__(self, engine, keys="", suffix=""):
        self.name = f"exec{suffix}-{engine}"
        self.services = (f"[service:exec]\nengine = {engine}\nlisten = 0\ndirectory = files\n"
                         f"timeout = 5s\nkill_grace = 100ms\n{COMMANDS}{keys}"
                         f"[service:short]\nplugin = exec\nengine = {engine}\nlisten = 0\n"
                         f"directory = files\ntimeout = 100ms\nkill_grace = 50ms\n{COMMANDS}")

    def prepare(self, host):
        (host.folder / "files").chmod(0o755)
        (host.folder / "files" / "sub").chmod(0o755)
        (host.folder / "files" / "text").write_bytes(SMALL)
        (host.folder / "files" / "sub" / "text").write_bytes(LARGE)
        host.folder.chmod(0o755)

    def serve(self, trial, turn):
        trial.step("commands", self.commands, trial.host.address("exec"))
        trial.step("too long", self.too_long, trial.host.address("short"))
        trial.step("client goes", self.client_goes, trial.host.address("exec"))

    @staticmethod
    def commands(address):
        with clients.Exec(address) as shell:
            shell.ask("say hello", b"hello\n")
            shell.ask("both", b"out\n", b"err\n")
            shell.ask("cd sub", b"")
            shell.ask("pwd", b"/sub\n")
            shell.ask("show text", LARGE)
            shell.ask("cd ..", b"")
            shell.ask("show text", SMALL)
            shell.ask("enter sub", b"text\n")
            shell.ask("enter nowhere", closing=b"exit 2")
            shell.ask("show nothing", closing=b"error not-found")
            shell.ask("exit", b"")

    @staticmethod
    def too_long(address):
        with clients.Exec(address) as shell:
            shell.ask("wait 30", closing=b"error timeout")

    @staticmethod
    def client_goes(address):
        with Wire(address) as wire:
            wire.send(b"wait 30\n")
            time.sleep(0.05)


class OtherUser(Exec):
    """Commands that are another user's, and cannot all be started. Root's hosts only."""

    def __init__(self, engine):
        super().__init__(engine, "run_as = nobody\nnice = 1\n"
                         "command.broken = CERTIFICATES/broken\n", "-as")
        self.services += "run_as = 65534\n"

    def prepare(self, host):
        super().prepare(host)
        broken = host.run_folder / "broken"
        broken.touch()
        broken.chmod(0o755)
        host.run_folder.chmod(0o755)
        broken.write_text("#!/nonexistent\n", encoding="ascii")

    def serve(self, trial, turn):
        super().serve(trial, turn)
        trial.step("broken", self.broken, trial.host.address("exec"))

    @staticmethod
    def broken(address):
        with clients.Exec(address) as shell:
            shell.ask("broken", closing=b"error spawn-failed")


class Crowd(Serving):
    """More clients at once than before, for whom stacks or threads have to be made."""
    plugins = ("echo",)

    def __init__(self, engine):
        self.name = f"crowd-{engine}"
        self.services = f"[service:echo]\nengine = {engine}\nlisten = 0\n"

    def serve(self, trial, turn):
        count = 80 if turn == "second" else 4
        trial.step("crowd", self.crowd, trial.host.address("echo"), count)

    @staticmethod
    def crowd(address, count):
        wires = [Wire(address) for _ in range(count)]
        for wire in wires:
            wire.send(b"x")
        for wire in wires:
            wire.exactly(1)
        for wire in wires:
            wire.socket.close()


class Forking(Serving):
    """A plugin that forks: the child keeps nothing of the host's."""
    name = "forking"
    plugins = ()
    fixtures = {"forks": "forks"}
    services = "[service:forks]\nlisten = 0\n"

    def serve(self, trial, turn):
        trial.step("fork", self.fork, trial.host.address("forks"))

    @staticmethod
    def fork(address):
        with Wire(address) as wire:
            wire.send(b"fork\n")
            child = int(wire.line())
            if child > 0:  # -1, where none could be made, would mean every process there is
                os.kill(child, signal.SIGKILL)


class Blocking(Serving):
    """A handler that keeps its loop from turning, so that others are taken from it."""
    name = "blocking"
    plugins = ("echo",)
    fixtures = {"blocks_the_loop": "blocks_the_loop"}
    host_keys = "log = berth.log\nlog_format = text\nhang_report = 100ms"
    services = ("[service:blocks]\nplugin = blocks_the_loop\nengine = fibers\nlisten = 0\n"
                "pause = 400ms\n"
                "[service:echo]\nengine = fibers\nlisten = 0\n")

    def serve(self, trial, turn):
        trial.step("blocks", self.block, trial.host)

    @staticmethod
    def block(host):
        with Wire(host.address("echo")) as waits, Wire(host.address("blocks")) as blocks:
            clients.echo(host.address("echo"))
            waits.send(b"x")
            waits.exactly(1)
            found = blocks.rest()
            clients.same(found, b"awake"[:len(found)], "what came when the loop turned again")
            if len(found) < len(b"awake"):
                raise Cut("the end before the whole word")


class Upload(Serving):
    plugins = ("upload",)
    keeps = ("files/.berth-upload/",)  # what is unfinished waits for who goes on with it
    folders = ("files",)

    def __init__(self, engine):
        self.name = f"upload-{engine}"
        self.services = (f"[service:upload]\nengine = {engine}\nlisten = 0\ndirectory = files\n"
                         "max_total_size = 100M\nmode = 0644\n"
                         f"[service:over]\nplugin = upload\nengine = {engine}\nlisten = 0\n"
                         "directory = files\nmax_total_size = 100M\noverwrite = on\n")

    def serve(self, trial, turn):
        folder = trial.host.folder / "files"
        address = trial.host.address("upload")

        def session(work, address=address):
            with clients.Upload(address, folder, trial.book) as upload:
                work(upload)

        trial.step("put", session, lambda upload: self.put(upload, turn))
        trial.step("begin", session, lambda upload: self.begin(upload, turn))
        trial.step("resume", session, lambda upload: self.resume(upload, turn))
        trial.step("silently", session,
                   lambda upload: upload.put_silently(f"silent-{turn}", SMALL))
        trial.step("over", session, lambda upload: upload.put(f"small-{turn}", LARGE[:5000]),
                   trial.host.address("over"))

    @staticmethod
    def put(upload, turn):
        upload.put(f"small-{turn}", SMALL)
        upload.put(f"large-{turn}", LARGE, digest=True)
        require(upload.stat(f"small-{turn}")["complete"], "a file that was stored is not complete")
        upload.put(f"small-{turn}", b"another", status=409)  # and the end

    @staticmethod
    def begin(upload, turn):
        upload.begin(f"parted-{turn}", LARGE, 70000)
        upload.wire.finish()
        upload.reply(400)

    @staticmethod
    def resume(upload, turn):
        offset = upload.stat(f"parted-{turn}")["offset"]
        require(offset <= 70000, f"{offset} bytes are stored of 70000")
        upload.put(f"parted-{turn}", LARGE, offset=offset)

    def look_at_the_end(self, trial):
        self.uploaded_files_are_whole(trial, "files")


class Console(Serving):
    plugins = ("console",)
    folders = ("files",)

    def __init__(self, engine):
        self.name = f"console-{engine}"
        self.services = (f"[service:console]\nengine = {engine}\nlisten = 0\ndirectory = files\n"
                         f"overwrite = on\n{COMMANDS}")

    def serve(self, trial, turn):
        trial.step("console", clients.console, trial.host.address("console"),
                   trial.host.folder / "files", trial.book)

    def look_at_the_end(self, trial):
        self.uploaded_files_are_whole(trial, "files")


class Control(Serving):
    """Everything that an operator may look at, over both kinds of socket."""
    name = "control"
    plugins = ("echo",)
    control = "unix:control.sock, 127.0.0.1:0"
    services = "[service:echo]\nlisten = 0\n"
    host_keys = "log = berth.log\naudit_log = audit.log"
    LOOKS = ("status", "services", "plugins", "connections", "show config", "stats", "version",
             "log", "help", "help complete st", "show pins echo", "wait serving echo 1s", "ping")

    def look_up(self, host):
        super().look_up(host)
        line = until(lambda: next((line for line in host.said()
                                   if "control port listens on" in line), None))
        host.ports["control"] = [int(line.rpartition(":")[2])]

    def serve(self, trial, turn):
        for look in self.LOOKS:
            trial.step(look, trial.host.ask, look)
        trial.step("set", self.change, trial, turn)
        trial.step("over TCP", self.over_tcp, trial.host)
        trial.step("text", self.in_text, trial.host)

    @staticmethod
    def change(trial, turn):
        wanted = {"first": 100, "second": 200, "third": 300}[turn]
        trial.host.ask(f"set echo max_connections {wanted}")
        with trial.observing():
            lines = trial.host.ask("show echo")["lines"]
        require(f"max_connections = {wanted}" in lines, "what was set is not in force")

    @staticmethod
    def over_tcp(host):
        token = (host.folder / "state" / "control.token").read_text(encoding="ascii").strip()
        with Wire(host.address("control")) as wire:
            for request in (f"auth {token}", "status", "quit"):
                wire.send(request.encode() + b"\n")
                first = wire.line().decode()
                if not first.startswith("OK"):
                    raise Refused(first)
                while wire.line() != b".":
                    pass

    @staticmethod
    def in_text(host):
        with Wire(host.folder / "control.sock") as wire:
            wire.send(b"status")
            wire.finish()
            said = wire.rest()
        require(said.endswith(b".\n"), f"half a reply: {said[-40:]!r}")


class FullControl(Control):
    """More strangers than there are places: those who say nothing make room."""
    name = "control-full"

    def serve(self, trial, turn):
        trial.step("full", self.fill, trial.host)

    def fill(self, host):
        silent = [Wire(host.address("control")) for _ in range(70)]
        self.over_tcp(host)
        for wire in silent:
            wire.socket.close()


class Log(Serving):
    """A log that is begun anew, reopened, and whose level changes."""
    name = "log"
    plugins = ("greet",)
    services = "[service:greet]\nlisten = 0\n"
    host_keys = ("log = berth.log\nlog_rotate_size = 4K\nlog_rotate_count = 50\n"
                 "audit_log = audit.log")

    def serve(self, trial, turn):
        host = trial.host
        for number in range(25):
            trial.step(f"greet {number}", clients.greet, host.address("greet"))
        trial.step("reopen", host.ask, "log reopen")
        trial.step("level", host.ask, "log debug")
        trial.step("level back", host.ask, "log information")
        with trial.observing():
            trial.step("lines", until, lambda: self.is_complete(host))

    @staticmethod
    def is_complete(host):
        """Each connection that ended so far is in the log, or it is said that some are not."""
        said = host.said()
        ended = sum(" greet: connection ended " in line for line in said)
        counted = host.ask("stats greet")["data"][0]["counters"]["ended"]
        return ended >= counted or any("log lines were lost" in line for line in said)


def scenarios():
    both = [kind(engine) for kind in (Echo, Tls, Proxied, Words, Exec, Upload, Console, Crowd)
            for engine in ("threads", "fibers")]
    as_root = [OtherUser("threads")] if os.geteuid() == 0 else []
    return [*both, *as_root, Forking(), Blocking(), Control(), FullControl(), Log()]
