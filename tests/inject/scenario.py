# tests/inject/scenario.py - what all scenarios share. A scenario is a host, what is asked of it while
# a call fails, and what must hold afterwards.
from host import SHIPPED, Host, until
from wire import Lie

INI = """[host]
plugins = plugins
state = state
load_timeout = 5s
loops = 1
{host}
[control]
listen = {control}
{control_keys}
"""


class Scenario:
    """Each step is done once in `before`, for what a host makes only once, then in `during`."""
    name = ""
    phase = ""
    fails_from_the_start = False
    plugins = SHIPPED
    fixtures = {}     # a plugin's name and the fixture it is
    host_keys = "log = berth.log\nlog_format = text"
    control = "unix:control.sock"
    control_keys = ""
    services = ""
    folders = ()
    options = ()
    expected = None   # trial.Expected: what honest lives had at the end
    keeps = ()        # beginnings of files that may stay: they are kept, or not its own
    code = 0          # with which it ends
    ends_by_itself = False

    def make_host(self, build, run_folder):
        ini = INI.format(host=self.host_keys, control=self.control,
                         control_keys=self.control_keys) + self.services
        host = Host(build, ini.replace("CERTIFICATES", str(run_folder)), self.folders)
        host.run_folder = run_folder
        for name in self.plugins:
            host.install(build.plugin(name), name)
        for name, fixture in self.fixtures.items():
            host.install(build.fixture(fixture), name)
        self.prepare(host)
        return host

    def prepare(self, host):
        """Before it is started."""

    def start(self, host):
        host.start(*self.options)

    def look_up(self, host):
        host.look_up_ports()

    def before(self, trial):
        """Without any error."""

    def during(self, trial):
        """While a call fails."""

    def after(self, trial):
        """When it is over: all of it must go well."""

    def end(self, trial):
        trial.host.terminate()
        trial.step("it ends", until, lambda: not trial.host.runs())

    def look_at_the_end(self, trial):
        """At what is left in its folder."""

    def uploaded_files_are_whole(self, trial, folder):
        for file in (trial.host.folder / folder).iterdir():
            if file.is_file() and file.read_bytes() not in trial.book.get(file.name, []):
                trial.outcome.lies.append(f"{folder}/{file.name} is no file that was sent whole")


class Each:
    """A number that differs with each use: for names of files."""

    def __init__(self):
        self.number = 0

    def __call__(self):
        self.number += 1
        return self.number


def every_service_answers(trial, asks):
    """{name: function}: each a step."""
    for name, ask in asks.items():
        trial.step(name, ask)


def require(condition, text):
    if not condition:
        raise Lie(text)
