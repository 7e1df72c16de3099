# tests/inject/upgrading.py - scenarios of the phase "upgrade": another process takes over.
import os
import signal

import clients
from everything import Everything
from host import process_runs, until
from scenario import Scenario, every_service_answers, require
from wire import Cut, Hang, Lie, Refused, Wire


UNLISTED = ("its clients are left out", "are not listed by the new one")


class Upgrading(Everything):
    """With a client on the old process, which the new one can see and cut."""
    phase = "upgrade"
    options = ("--pidfile=berthd.pid",)
    notes = ()  # of the reply

    def __init__(self, name, ask):
        self.name = name
        self.ask = ask

    def before(self, trial):
        self.wire = Wire(trial.host.address("echo"))
        trial.step("old client", self.say, self.wire)

    @staticmethod
    def say(wire):
        wire.more_time()
        wire.send(b"x")
        clients.same(wire.exactly(1), b"x", "what came back")

    def during(self, trial):
        old = trial.host.pid
        trial.step("upgrade", self.upgrade, trial)
        with trial.observing():
            trial.step("the old client goes on", self.say, self.wire)
        if trial.host.pid != old and trial.outcome.steps["the old client goes on"] == "ok":
            trial.step("it is listed", self.is_listed, trial.host, old)
        with trial.observing():
            trial.step("echo", clients.echo, trial.host.address("echo"))
        self.wire.socket.close()

    def is_listed(self, host, old):
        """Or it is said that it is not."""
        found = [each["process"] for each in host.ask("connections")["data"]]
        if old in found:
            return
        try:
            until(lambda: any(word in line for line in [*host.said(), *self.notes]
                              for word in UNLISTED), 2)
        except Hang as error:
            if not process_runs(old):
                return  # and so have its clients
            raise Lie(f"the client of process {old} is in no list") from error
        raise Cut("it is said that the old process does not tell of its clients")

    def upgrade(self, trial):
        """Whatever it says: one process serves, the old or the new."""
        host = trial.host
        old = host.pid
        problem = None
        try:
            self.notes = self.ask(host)
            trial.outcome.replies += [line for line in self.notes if UNLISTED[1] in line]
        except (Cut, Refused) as error:
            problem = error
        with trial.observing():
            host.pid = host.ask("status")["data"]["pid"]
        if isinstance(problem, Refused) and host.pid != old:
            raise Lie(f"refused, and another process serves: {problem}")
        if problem:
            raise problem
        require(host.pid != old, "done, and the old process serves")

    def after(self, trial):
        if trial.outcome.steps["upgrade"] != "ok":
            trial.step("upgrade again", self.upgrade, trial)
        every_service_answers(trial, self.asks(trial))
        if trial.host.pid != trial.host.child.pid:
            trial.step("the old process ends", until,
                       lambda: trial.host.child.poll() is not None)


def by_request(host):
    return host.ask("upgrade").get("lines", [])


def by_signal(host):
    before = len(logged(host))
    os.kill(host.pid, signal.SIGUSR2)

    def word():
        return next((line for line in logged(host)[before:]
                     if "took over from process" in line or " upgrade " in line), None)
    said = until(word)
    if "took over from process" not in said and " serves; " not in said:
        raise Refused(said)
    return []


def logged(host):
    return [line for line in host.said() if not line.startswith("berthd: ")]


class Small(Upgrading):
    """With one service: the calls of the hand-over itself."""
    plugins = ("echo",)
    services = "[service:echo]\nlisten = 127.0.0.1:0, unix:echo.sock\ndrain_timeout = 5s\n"
    included = "[service:included]\nplugin = echo\nlisten = 0\n"

    def asks(self, trial, message=b""):
        return {"echo": lambda: clients.echo(trial.host.address("echo")),
                "unix": lambda: clients.echo(trial.host.address("echo", 1))}


class Narrower(Small):
    """One address fewer: the old process closes what the new one has no use for."""

    def during(self, trial):
        ini = (trial.host.folder / "berth.ini").read_text(encoding="utf-8")
        trial.host.write_ini(ini.replace(", unix:echo.sock", ""))
        super().during(trial)

    def asks(self, trial, message=b""):
        return {"echo": lambda: clients.echo(trial.host.address("echo"))}


class Failing(Scenario):
    """The new process finds a mistake, so that the old one goes on."""
    name = "upgrade-refused"
    phase = "upgrade"
    plugins = ("echo",)
    services = "[service:echo]\nlisten = 0\n"

    def during(self, trial):
        host = trial.host
        good = (host.folder / "berth.ini").read_text(encoding="utf-8")
        host.write_ini(good + "nonsense = on\n")
        trial.step("upgrade", self.is_refused, host)
        host.write_ini(good)

    @staticmethod
    def is_refused(host):
        try:
            host.ask("upgrade")
        except Refused as error:
            if "nonsense" in str(error):
                return
            raise
        raise Lie("done, with a mistake in the file")

    def after(self, trial):
        trial.step("echo", clients.echo, trial.host.address("echo"))


def scenarios():
    return [Small("upgrade-request", by_request), Small("upgrade-signal", by_signal),
            Narrower("upgrade-narrower", by_request),
            Upgrading("upgrade-everything", by_request), Failing()]
