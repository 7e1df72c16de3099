# tests/inject/starting.py - scenarios of the phase "start": each way in which a host is started.
import contextlib
import grp
import os
import pwd
import socket
import threading

import clients
from everything import Everything
from host import until
from scenario import Scenario, every_service_answers
from wire import Lie, Refused


class Starting(Scenario):
    phase = "start"
    fails_from_the_start = True

    def during(self, trial):
        trial.step("start", self.start_and_wait, trial.host)

    def start_and_wait(self, host):
        self.start(host)
        if host.await_ready():
            return
        code = host.wait()
        if code == 0:
            raise Lie("it says that all is well, and does not serve")
        raise Refused(last_words(host))


def last_words(host):
    said = (host.folder / "stderr").read_text(encoding="utf-8", errors="replace").splitlines()
    return said[-1] if said else ""


def hand_over(host, its, **variables):
    """Starts it as systemd does with a socket. bash: other shells know descriptors up to 9 only."""
    host.start(before=("bash", "-c", f'exec 3<&{its.fileno()}; LISTEN_PID=$$ exec "$0" "$@"'),
               pass_fds=[its.fileno()],
               variables={"LISTEN_FDS": "1", "LISTEN_FDNAMES": "web", **variables})
    its.close()


class Plain(Starting, Everything):
    name = "start-plain"
    options = ("--pidfile=berthd.pid",)


class Echoing(Starting):
    """With one service, for what is not about services."""
    plugins = ("echo",)
    services = "[service:echo]\nlisten = 0\n"

    def after(self, trial):
        trial.step("echo", clients.echo, trial.host.address("echo"))


class Daemon(Echoing):
    name = "start-daemon"
    options = ("--daemon", "--pidfile=berthd.pid", "--umask=027")

    def start_and_wait(self, host):
        self.start(host)
        if host.wait() != 0:
            host.pid = None
            raise Refused(last_words(host))
        pid_file = host.folder / "berthd.pid"
        if not pid_file.exists():
            raise Lie("the start was a success, and there is no pid file")
        host.pid = int(pid_file.read_text(encoding="ascii"))
        if not host.runs():
            raise Lie("the start was a success, and no host runs")


class Activated(Echoing):
    """By systemd: with a socket, a place to say that it is ready, and the journal for a log."""
    name = "start-activated"
    services = "[service:echo]\nlisten = systemd:web, unix:echo.sock\n"
    host_keys = "log = stderr"

    def start(self, host):
        listening = socket.create_server(("127.0.0.1", 0))
        self.told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.told.bind(str(host.folder / "notify"))
        hand_over(host, listening, WATCHDOG_USEC="400000",
                  NOTIFY_SOCKET=str(host.folder / "notify"))


class SlowManager(Activated):
    """The service manager has not read yet what others told it."""
    name = "start-activated-slow-manager"

    def start(self, host):
        super().start(host)
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as others:
            others.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    others.sendto(b"", str(host.folder / "notify"))
        self.reader = threading.Timer(0.5, self.read)
        self.reader.start()

    def read(self):
        self.told.settimeout(0.5)
        with contextlib.suppress(TimeoutError):
            while True:
                self.told.recv(4096)


class Refusing(Starting):
    """What it is given cannot be used, which it says."""
    plugins = ("echo",)
    ends_by_itself = True
    word = None

    def start_and_wait(self, host):
        self.start(host)
        if host.wait() == 0:
            raise Lie("it says that all is well, and does not serve")
        if self.word not in last_words(host):
            raise Refused(last_words(host))


class Accepted(Refusing):
    """systemd hands a client over, as with Accept=yes."""
    name = "start-accepted"
    services = "[service:echo]\nlisten = systemd:web\n"
    word, code = "write Accept=no", 69

    def start(self, host):
        mine, its = socket.socketpair()
        self.client = mine
        hand_over(host, its)


class Unread(Refusing):
    """Its log is a FIFO that nobody reads."""
    name = "start-log-to-an-unread-fifo"
    host_keys = "log = berth.fifo"
    services = "[service:echo]\nlisten = 0\n"
    word, code = "it is a FIFO that nobody reads", 74

    def prepare(self, host):
        os.mkfifo(host.folder / "berth.fifo")


class Terminal(Echoing):
    """What it says goes to a socket or a pipe."""
    host_keys = "log = stderr"

    def __init__(self, kind):
        self.name = f"start-log-to-a-{kind}"
        self.kind = kind

    def start(self, host, before=()):
        if self.kind == "socket":
            reading, writing = (end.detach() for end in socket.socketpair())
        else:
            reading, writing = os.pipe()
        host.start(stderr=writing, before=before)
        os.close(writing)
        os.set_blocking(reading, False)
        self.reading, self.stderr = reading, host.folder / "stderr"
        host.streams_of_files, host.streams = host.streams, lambda: self.streams(host)

    def streams(self, host):
        with contextlib.suppress(BlockingIOError), open(self.stderr, "ab") as copy:
            while data := os.read(self.reading, 65536):
                copy.write(data)
        return host.streams_of_files()


class Bare(Echoing):
    """Without any standard descriptor."""
    name = "start-no-descriptors"

    def start(self, host):
        host.start(before=("sh", "-c", 'exec "$0" "$@" 0<&- 1>&- 2>&-'))


class Again(Echoing):
    """After one that was killed, with all that it left."""
    name = "start-again"
    keeps = ("state/plugins/echo-",)  # the other one's, for the start behind this one
    owner = f"{pwd.getpwuid(os.geteuid()).pw_name}:{grp.getgrgid(os.getegid()).gr_name}"
    services = f"[service:echo]\nlisten = 0, unix:echo.sock\nsocket_owner = {owner}\n"
    control = "unix:control.sock, 127.0.0.1:0"
    options = ("--pidfile=berthd.pid",)

    def make_host(self, build, run_folder):
        host = super().make_host(build, run_folder)
        host.start(*self.options)
        assert host.await_ready(), host.said()
        host.child.kill()
        host.child.wait()
        for file in ("berth.log", "stderr"):
            (host.folder / file).unlink(missing_ok=True)
        marks = host.folder / "state" / "plugins" / "probation"
        marks.mkdir(mode=0o700, exist_ok=True)
        (marks / "echo.AAAAAA").write_text("service = echo\n", encoding="ascii")
        return host


class OtherUser(Starting):
    """With commands of another user, who is looked up."""
    name = "start-other-user"
    plugins = ("exec",)
    folders = ("files",)
    services = ("[service:exec]\nlisten = 0\ndirectory = files\nrun_as = nobody\n"
                "command.say = /usr/bin/printf x\n"
                "[service:number]\nplugin = exec\nlisten = 0\ndirectory = files\n"
                "run_as = 65534\ncommand.say = /usr/bin/printf x\n")

    def prepare(self, host):
        host.folder.chmod(0o755)
        (host.folder / "files").chmod(0o755)


class Unprivileged(Terminal):
    """As a user who may give a socket to groups of its own, and not open what it writes to."""
    user, group = 65534, 65533
    services = (f"[service:echo]\nlisten = 0, unix:echo.sock\nsocket_owner = :{group}\n"
                "socket_mode = 0660\n")

    def __init__(self):
        super().__init__("pipe")
        self.name = "start-unprivileged"

    def prepare(self, host):
        for folder, folders, files in os.walk(host.folder):
            for name in (".", *folders, *files):
                os.chown(os.path.join(folder, name), self.user, self.user)

    def start(self, host):
        host.page_file.chmod(0o666)
        super().start(host, before=("setpriv", f"--reuid={self.user}", f"--regid={self.user}",
                                    f"--groups={self.group}"))


class Check(Starting, Everything):
    """Looks, and starts nothing."""
    name = "start-check"
    options = ("--check",)
    ends_by_itself = True

    def start_and_wait(self, host):
        self.start(host)
        code = host.wait()
        if code != 0:
            raise Refused(last_words(host))


def scenarios():
    return [Plain(), Daemon(), Activated(), SlowManager(), Accepted(), Unread(), Terminal("socket"),
            Terminal("pipe"), Bare(), Again(), Check(),
            *([OtherUser(), Unprivileged()] if os.geteuid() == 0 else [])]
