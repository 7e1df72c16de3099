# tests/integration/soak/host.py - the berthd under test, with every kind of service.
import asyncio
import contextlib
import itertools
import pathlib
import random
import re
import shutil
import socket
import ssl
import subprocess
import tempfile

import control_client
from built import BERTHD, BUILD, SANITIZED
from processes import Processes
from soak.ledger import DENIED

KINDS = ("echo", "uppercase", "greet", "exec", "upload", "console")
# Each service and its kind: those of each kind, then echoes with limits, within TLS and one that is
# stopped and started, and a greeter whose clients wait for a place.
FLEETING = "fleeting"
SERVICES = {**{kind: kind for kind in KINDS}, "crowd": "echo", "queue": "greet", "secret": "echo",
            FLEETING: "echo"}
IDLE = 30 if SANITIZED else 8  # seconds until the host closes a silent client
MESSAGES = ("Thank you for connecting", "Welcome, and good bye")
WELCOME = "who is here\n"
COMMAND_TIME = 2  # seconds
MOST_OUTPUT = 4 * 2**20
PART_TIME = 12  # seconds that an unfinished file is kept
CONTROL_PORT = re.compile(r"control port listens on .*127\.0\.0\.1:(\d+)")

INI = """[host]
plugins = {build}/plugins
state = state
log = berth.log
log_format = json
log_rotate_size = 0
max_generations = 64
upgrade_timeout = 2m
load_timeout = 2m
hang_report = 10s

[control]
listen = unix:state/control.sock, 127.0.0.1:0

[service:echo]
listen = 127.0.0.1:0, unix:echo.sock
{common}

[service:uppercase]
listen = 127.0.0.1:0
encoding = utf-8
{common}

[service:greet]
listen = 127.0.0.1:0
message = {message}
threads = {threads}
{common}

[service:exec]
listen = 127.0.0.1:0
directory = work
timeout = {command_time}s
kill_grace = 500ms
max_output = {most_output}
max_concurrent = 500
{commands}
{common}

[service:upload]
listen = 127.0.0.1:0
directory = inbox
max_file_size = 64M
min_free_space = 0
partial_ttl = {part_time}s
{common}

[service:console]
listen = 127.0.0.1:0
directory = desk
timeout = {command_time}s
kill_grace = 500ms
max_concurrent = 500
max_file_size = 64M
min_free_space = 0
partial_ttl = {part_time}s
{commands}
{common}

[service:crowd]
plugin = echo
listen = 127.0.0.1:0
greeting = {welcome}
max_connections = 6
overflow = refuse
deny = {denied}.0.0/16
{common}

[service:queue]
plugin = greet
listen = 127.0.0.1:0
max_connections = 4
overflow = wait
{common}

[service:fleeting]
plugin = echo
listen = {fleeting}
enabled = {enabled}
{common}

[service:secret]
plugin = echo
listen = 127.0.0.1:0
tls_certificate = cert.pem
tls_key = key.pem
max_lifetime = 4m
{common}
"""
COMMANDS = r"""command.say = /bin/echo {words...}
command.code = /bin/sh -c "exit $1" sh {code:int}
command.both = /bin/sh -c "echo out; echo err >&2; exit 3"
command.signal = /bin/sh -c "kill -$1 $$" sh {number:int}
command.zeros = /usr/bin/head -c {count:int} /dev/zero
command.sleep = /bin/sleep {seconds:int}
command.family = /bin/sh -c "sleep 1000 & sleep 1000"
command.cat = /bin/cat -- {file:existing}"""
COMMON = """engine = {engine}
idle_timeout = {idle}s
write_timeout = 3s
drain_timeout = 1m"""


def address_of_its_own():
    """For a service that comes and goes: nobody else is found there meanwhile, as the kernel gives it to
    nobody who wants any port."""
    while True:
        place = ("127.0.0.2", random.randrange(20000, 32000))
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(place)
            return "{}:{}".format(*place)


class Host:
    def __init__(self, engine):
        self.engine = engine
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="berth-soak-"))
        self.processes = None
        self.asides = itertools.count()
        self.fleeting = address_of_its_own()
        self.knobs = {"message": MESSAGES[0], "threads": 0, "enabled": "on"}

    def prepare(self):
        for name in ("work", "inbox", "desk", "versions"):
            (self.folder / name).mkdir()
        (self.folder / "state").mkdir(mode=0o700)
        (self.folder / "work" / "hello.txt").write_text("hello\n", encoding="utf-8")
        self.make_certificate()
        self.write_ini()

    def make_certificate(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
             "-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem"],
            check=True, capture_output=True)
        self.tls = ssl.create_default_context(cafile=self.folder / "cert.pem")

    @property
    def control(self):
        return self.folder / "state" / "control.sock"

    @property
    def log(self):
        return self.folder / "berth.log"

    @property
    def pid(self):
        """Of the process that serves."""
        return self.processes.ids[-1]

    def write_ini(self, broken=False, **knobs):
        """Replaces the file as an operator does: aside, then renamed."""
        self.knobs |= knobs
        common = COMMON.format(engine=self.engine, idle=IDLE)
        text = INI.format(build=BUILD, common=common, commands=COMMANDS, denied=DENIED,
                          command_time=COMMAND_TIME, most_output=MOST_OUTPUT, part_time=PART_TIME,
                          fleeting=self.fleeting, welcome=WELCOME.replace("\n", r"\n"),
                          **self.knobs)
        aside = self.folder / f"berth.ini.{next(self.asides)}"
        aside.write_text(text + ("idle_timout = 1s\n" if broken else ""), encoding="utf-8")
        aside.rename(self.folder / "berth.ini")

    def copy_plugin(self, kind, number):
        """A file of its own, which is another version of the plugin to the host."""
        copy = self.folder / "versions" / f"{kind}-{number}.so"
        shutil.copy(BUILD / "plugins" / f"{kind}.so", copy)
        return copy

    async def start(self):
        self.prepare()
        with open(self.folder / "stderr", "ab") as stderr:
            child = subprocess.Popen([BERTHD, "--config", self.folder / "berth.ini"],
                                     cwd=self.folder, stdin=subprocess.DEVNULL, stderr=stderr)
        self.processes = Processes(child)
        while True:
            try:
                await self.must("wait serving 2m")
                break
            except OSError:
                if child.poll() is not None:
                    raise AssertionError(self.said()) from None
                await asyncio.sleep(0.02)
        services = (await self.must("services"))["data"]
        self.addresses = {}
        for service in services:
            host, _, port = service["addresses"][0].rpartition(":")
            self.addresses[service["name"]] = (host, int(port))
        self.addresses["unix"] = str(self.folder / "echo.sock")
        while not (port := CONTROL_PORT.search(self.log.read_text(encoding="utf-8"))):
            await asyncio.sleep(0.02)
        self.addresses["control"] = ("127.0.0.1", int(port[1]))

    def address(self, service):
        return self.addresses[service]

    async def ask(self, request):
        return await control_client.ask(self.control, request)

    async def must(self, request):
        reply = await self.ask(request)
        assert reply["ok"], (request, reply)
        return reply

    def said(self):
        """What went to standard error."""
        return (self.folder / "stderr").read_text(encoding="utf-8", errors="replace")

    def left_in_state(self):
        """What the state folder holds that is not there to stay."""
        return [str(path.relative_to(self.folder)) for path in (self.folder / "state").rglob("*")
                if path.name != "control.token" and not path.is_dir()]

    def remove(self):
        """Ends what there is, and leaves nothing behind."""
        if self.processes:
            self.processes.kill()
        shutil.rmtree(self.folder)
