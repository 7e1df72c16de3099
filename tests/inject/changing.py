# tests/inject/changing.py - scenarios of the phases "reload" and "swap": a host that changes.
import contextlib
import os
import signal

import clients
from everything import SERVICES, Everything
from host import until
from scenario import Scenario, require
from wire import Cut, Lie, Refused, Wire

MORE = "[service:more]\nplugin = echo\nlisten = 127.0.0.1:0, unix:more.sock\n"


class Reloading(Everything):
    """From one file to another, in which a service is new, one is gone and some differ."""
    phase = "reload"
    host_keys = "log = berth.log\naudit_log = audit.log\ninclude = conf.d/*.ini"

    def __init__(self, name, ask):
        self.name = name
        self.ask = ask

    def second_ini(self, host):
        text = (host.folder / "berth.ini").read_text(encoding="utf-8")
        head = text.partition("[service:")[0]
        services = SERVICES.replace("MESSAGE", "two")
        services = services.replace("CERTIFICATES", str(host.run_folder))
        services = services.replace("[service:echo]\n", "[service:echo]\nmax_connections = 77\n")
        services = services.replace("encoding = utf-8\n", "encoding = ascii\nmax_per_client = 9\n")
        services = services.replace("plugin = echo\nengine = fibers", "plugin = echo")
        before, _, behind = services.partition("[service:console]")
        del behind
        return head + before + MORE

    def during(self, trial):
        trial.host.write_ini(self.second_ini(trial.host))
        trial.step("reload", self.reload, trial)

    def after(self, trial):
        if trial.outcome.steps["reload"] != "ok":
            trial.step("reload again", self.reload, trial)
        self.look_up(trial.host)
        asks = self.asks(trial, b"two")
        del asks["console"]
        asks["more"] = lambda: clients.echo(trial.host.address("more"))
        for name, ask in asks.items():
            trial.step(name, ask)

    def reload(self, trial):
        """Whatever it says: what runs is the one or the other."""
        problem = None
        try:
            self.ask(trial.host)
        except (Cut, Refused) as error:
            problem = error
        with trial.observing():
            runs = self.what_runs(trial.host)
        if isinstance(problem, Refused) and runs != "old":
            raise Lie(f"refused, and {runs} is in force: {problem}")
        require(runs in ("old", "new"), f"{runs} is in force")
        if problem:
            raise problem
        require(runs == "new", f"done, and {runs} is in force")

    def what_runs(self, host):
        host.look_up_ports()
        limit = "max_connections = 77" in host.ask("show echo")["lines"]
        with Wire(host.address("greet")) as wire:
            message = wire.rest().decode()
        found = (limit, message, "more" in host.ports, "console" in names(host))
        return {(False, "one", False, True): "old",
                (True, "two", True, False): "new"}.get(found, f"a mixture, {found},")


def names(host):
    return [service["name"] for service in host.ask("services")["data"]]


def by_request(host):
    host.ask("reload plan")
    host.ask("reload")


def by_signal(host):
    await_word(host, lambda: host.runs() and os.kill(host.pid, signal.SIGHUP))


def by_watch(host):
    """The file was changed already, and again here: the first change may have come too early."""
    text = (host.folder / "berth.ini").read_text(encoding="utf-8")
    late = host.folder / "conf.d" / "late.ini"  # written in place, not renamed

    def change():
        late.write_text("[service:late]\nplugin = echo\nlisten = 0\n", encoding="ascii")
        host.write_ini(text + "# once more\n")
    await_word(host, change)


def await_word(host, act):
    """What the log says of the reload that it causes."""
    before = host.streams()
    act()

    def word():
        lines = [line for line in host.said_since(before) if " reload" in line]
        return lines[0] if lines else (None if host.runs() else "it ended")
    said = until(word)
    if not any(word in said for word in ("applied", "nothing to change")):
        raise Refused(said)


class Operating(Scenario):
    """What an operator does to services and clients."""
    name = "operate"
    phase = "reload"
    plugins = ("echo",)
    host_keys = "log = berth.log\naudit_log = audit.log"
    services = ("[service:echo]\nlisten = 127.0.0.1:0, unix:e.sock\ndrain_timeout = 300ms\n"
                "[service:fast]\nplugin = echo\nengine = fibers\nlisten = 0\n"
                "drain_timeout = 300ms\n")

    def before(self, trial):
        self.operate(trial)

    def during(self, trial):
        self.operate(trial)

    def after(self, trial):
        for service in ("echo", "fast"):
            if self.state(trial.host, service) != "serving":
                trial.step(f"start {service}", trial.host.ask, f"start {service}")
        self.operate(trial)

    def operate(self, trial):
        for service in ("echo", "fast"):
            for act in (self.kill, self.stop, self.start_again, self.restart, self.drain):
                trial.step(f"{act.__name__} {service}", act, trial, service)

    @staticmethod
    def state(host, service):
        return next(each["state"] for each in host.ask("services")["data"]
                    if each["name"] == service)

    @staticmethod
    @contextlib.contextmanager
    def client(trial, service):
        """Is there, and ends in whatever way."""
        with trial.observing():
            trial.host.look_up_ports()
            wire = Wire(trial.host.address(service))
            wire.send(b"x")
            wire.exactly(1)
        with wire:
            yield
            with contextlib.suppress(Cut):
                clients.same(wire.rest(), b"", "of one that was cut")

    def is_now(self, trial, service, *states):
        with trial.observing():
            found = self.state(trial.host, service)
        require(found in states, f"it was done, and the service is {found}")

    def kill(self, trial, service):
        with self.client(trial, service):
            trial.host.ask(f"kill service {service}")

    def stop(self, trial, service):
        with self.client(trial, service):
            trial.host.ask(f"stop {service}")
            self.is_now(trial, service, "stopped")

    def start_again(self, trial, service):
        trial.host.ask(f"start {service}")
        self.is_now(trial, service, "serving")
        self.answers(trial, service)

    def restart(self, trial, service):
        trial.host.ask(f"restart {service}")
        self.answers(trial, service)

    @staticmethod
    def answers(trial, service):
        with trial.observing():
            trial.host.look_up_ports()
            clients.echo(trial.host.address(service))

    def drain(self, trial, service):
        trial.host.ask(f"drain {service} 2s")
        self.is_now(trial, service, "draining", "stopped")
        trial.host.ask(f"start {service}")


class Swapping(Scenario):
    """A plugin's file becomes another version's, while a client stays on the first."""
    phase = "swap"
    plugins = ("echo",)
    fixtures = {"answers": "answers_one"}
    second = "answers_two"

    def __init__(self, name, engine, ask, host_keys="", service_keys=""):
        self.name = f"{name}-{engine}"
        self.ask = ask
        self.host_keys = "log = berth.log\n" + host_keys
        self.services = (f"[service:answers]\nengine = {engine}\nlisten = 0\n"
                         f"drain_timeout = 5s\n{service_keys}")

    def before(self, trial):
        self.wire = Wire(trial.host.address("answers"))
        trial.step("old client", self.say, self.wire, b"one")

    def during(self, trial):
        trial.step("swap", self.swap, trial)
        trial.step("the old client goes on", self.say, self.wire, b"one")
        self.wire.socket.close()

    def after(self, trial):
        if trial.outcome.steps["swap"] != "ok":
            trial.step("swap again", self.swap, trial)
        trial.step("drained", trial.host.ask, "wait drained answers 5s")
        trial.step("version", self.require_version, trial.host, b"two")

    @staticmethod
    def say(wire, version):
        wire.more_time()
        wire.send(b"hello\n")
        clients.same(wire.line(), version + b" hello", "which version it is")

    def require_version(self, host, wanted):
        with Wire(host.address("answers")) as wire:
            self.say(wire, wanted)

    def swap(self, trial):
        host = trial.host
        host.install(host.build.fixture(self.second), "answers")
        try:
            self.ask(host)
        except Refused:
            with trial.observing():
                self.require_version(host, b"one")
            raise
        with trial.observing():
            self.require_version(host, b"two")


def by_load(host):
    host.ask("load plugins/answers.so")


class Probation(Swapping):
    """The second version fails, and the host goes back."""
    phase = "swap"
    second = "fails_each_third"

    def __init__(self, engine):
        super().__init__("probation", engine, by_request,
                         service_keys="probation = 100 connections\nprobation_failures = 0\n")

    def swap(self, trial):
        trial.host.install(trial.host.build.fixture(self.second), "answers")
        self.ask(trial.host)

    def during(self, trial):
        trial.step("swap", self.swap, trial)
        trial.step("goes back", until, lambda: self.asked_again(trial.host))
        self.wire.socket.close()

    def asked_again(self, host):
        try:
            self.require_version(host, b"one")
            return True
        except (Cut, Lie):
            return not host.runs()

    def after(self, trial):
        trial.step("version", until, lambda: self.asked_again(trial.host))


def scenarios():
    return [Reloading("reload-request", by_request), Reloading("reload-signal", by_signal), Watching(),
            Operating(),
            *(Swapping("swap", engine, by_request) for engine in ("threads", "fibers")),
            Swapping("swap-load", "threads", by_load),
            Swapping("swap-watch", "fibers", by_watching_plugins, "watch = on\n"),
            Probation("threads")]


class Watching(Reloading):
    """The host sees for itself that its file changed."""

    def __init__(self):
        super().__init__("reload-watch", by_watch)
        self.host_keys += "\nwatch = on"


def by_watching_plugins(host):
    await_word(host, lambda: (host.folder / "plugins" / "answers.so").touch())
