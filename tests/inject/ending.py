# tests/inject/ending.py - scenarios of the phase "end": each way in which a host ends.
import contextlib

from everything import Everything
from host import until
from scenario import Scenario
from wire import Cut, Refused, Wire


class Ending(Everything):
    """Nothing is asked behind `during`: the host is gone."""
    phase = "end"
    ends_by_itself = True
    options = ("--pidfile=berthd.pid",)

    def __init__(self, name, act):
        self.name = name
        self.act = act

    def before(self, trial):
        self.wires = [Wire(trial.host.address(service)) for service in ("echo", "uppercase")]
        for wire in self.wires:
            wire.send(b"X")
            trial.step("client", wire.exactly, 1)

    def during(self, trial):
        trial.step("act", self.act, trial.host)
        if trial.outcome.steps["act"] != "ok":
            return
        trial.step("clients end", self.clients_end)
        trial.step("end", trial.host.wait)

    def after(self, trial):
        trial.step("act again", self.act, trial.host)

    def clients_end(self):
        for wire in self.wires:
            try:
                wire.rest()
            except Cut:
                pass
            wire.socket.close()


def terminate(host):
    host.terminate()


def shut_down(host):
    host.ask("shutdown now")


class Crashing(Scenario):
    """A handler ends the process, which says so, and dies of the true signal."""
    phase = "end"
    plugins = ()
    fixtures = {"crashes": "crashes"}
    services = "[service:crashes]\nlisten = 0\n"
    service = "crashes"
    ends_by_itself = True
    crashes = True

    def __init__(self, how, code, host_keys, name=None):
        self.name = f"end-crash-{name or how}"
        self.how = how
        self.code = code
        self.host_keys = host_keys

    def during(self, trial):
        trial.step("crash", self.crash, trial.host)
        if trial.outcome.steps["crash"] == "ok":
            trial.step("end", trial.host.wait)
            trial.step("word", self.has_word, trial.host)

    def after(self, trial):
        trial.step("crash again", self.crash, trial.host)

    def crash(self, host):
        with Wire(host.address(self.service)) as wire:
            wire.send(self.how.encode() + b"\n")
            with contextlib.suppress(Cut):
                wire.rest()
        until(lambda: not host.runs() or any(word in line for line in host.said()
                                             for word in ("connection ended", ": refused ")))
        if host.runs():
            raise Cut("it did not crash")

    @staticmethod
    def has_word(host):
        if not any("in handle()" in line for line in host.said()):
            raise Cut("not a word")


class CrashingOnProbation(Crashing):
    """In a version that is new, which is noted for the next start."""
    fixtures = {"answers": "answers_one"}
    service = "answers"
    keeps = ("state/plugins/probation/answers.",)
    services = "[service:answers]\nlisten = 0\nprobation = 100 connections\n"

    def __init__(self):
        super().__init__("crash", -11, "log = berth.log", "probation")

    def before(self, trial):
        trial.host.install(trial.host.build.fixture("crashes_when_asked"), "answers")
        trial.step("swap", trial.host.ask, "reload")


def scenarios():
    return [Ending("end-drain", terminate), Ending("end-now", shut_down),
            Crashing("null", -11, "log = berth.log"), Crashing("exit", 70, "log = berth.log"),
            Crashing("abort", -6, "log = stderr"),
            Crashing("null", -11, "log = syslog", "syslog"), CrashingOnProbation()]
