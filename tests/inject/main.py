# tests/inject/main.py - lets each call of a host fail once and looks at what becomes of it.
#
# usage: see scripts/inject
import argparse
import collections
import ctypes
import hashlib
import multiprocessing
import pathlib
import subprocess
import sys
import tempfile
import time
import traceback

import cases
import plausible
from host import Build
from judge import Honest, Judgement, faults_of
from sites import Map
from trial import Order, run

PR_SET_CHILD_SUBREAPER = 36
HONEST_LIVES = 2
OF_A_BUSY_MACHINE = {"hang", "recovery", "leak"}
TRIES = 3  # of other ways to the same place, when one was not taken
LIVES = 3  # of one case, until it is known what becomes of it

build = None
run_folder = None
scenarios = {}


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/inject", description="Lets each call of a host "
                                     "fail once and looks at what becomes of it.")
    parser.add_argument("--build", default="build/release", help="the build folder")
    parser.add_argument("--phase", action="append", choices=cases.PHASES)
    parser.add_argument("--scenario", action="append", help="only what this one reaches")
    parser.add_argument("--site", action="append",
                        help="only this place: FILE:LINE:FUNCTION, or a part of it")
    parser.add_argument("--error", help="only this error, such as EMFILE or short")
    parser.add_argument("--list", action="store_true", help="show the cases and run none")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many cases, by chance")
    parser.add_argument("--seed", type=int, default=0, help="which ones: the same for one build")
    parser.add_argument("--jobs", type=int, default=2 * multiprocessing.cpu_count())
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args()


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", folder / "host.key",
                    "-out", folder / "host.pem", "-days", "2", "-subj", "/CN=localhost"],
                   check=True, capture_output=True)


def begin_worker():
    """Orphans of the hosts are this process's."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def live_honestly(task):
    """(scenario's name, what to record). Again, when the machine was too busy for it."""
    name, what = task
    for _ in range(TRIES):
        life = run(scenarios[name], build, run_folder, record=what)
        if not faults_of(life):
            return name, what, life
    raise AssertionError("\n".join([name, *faults_of(life), *life.replies, *life.said]))


def live_with_error(case):
    """What was found. A busy machine makes some problems of its own, which must be found again."""
    point, error, honest = case
    suspected, judgement, failure = False, None, None
    for _ in range(LIVES):
        try:
            life = live_once(point, error, honest.expected)
        except Exception:  # pylint: disable=broad-exception-caught
            failure = traceback.format_exc()
            continue
        found = Judgement(point.scenario, point.site, error, life, honest)
        if life.fired and not suspected and may_be_of_a_busy_machine(found):
            suspected = True
            continue
        judgement = found
        if life.fired or not suspected:
            break
    return point, error, judgement, None if judgement else failure


def may_be_of_a_busy_machine(judgement):
    kinds = {kind for kind, _ in judgement.problems}
    return bool(kinds) and kinds <= OF_A_BUSY_MACHINE


def live_once(point, error, expected):
    """By the first of its ways that is taken."""
    scenario = scenarios[point.scenario.name]
    scenario.expected = expected
    number, mode = plausible.number_and_mode(error)
    for depth, way, _ in point.ways[:TRIES]:
        life = run(scenario, build, run_folder, Order(way, depth, number, mode), "calls")
        if life.fired:
            break
    return life


def drawn(seed, point, error):
    """A lot of its own for each case, whichever others there are."""
    return hashlib.sha256(f"{seed} {point} {error}".encode()).digest()


class Run:
    def __init__(self, chosen):
        self.chosen = chosen
        self.site_map = Map(build.own_files())
        build.ids = [module.id for module in self.site_map.modules]
        self.honest = {}
        self.reached = set()
        self.counts = collections.Counter()
        self.problems = []

    def record(self, pool):
        """Lives without any error: what they reach, and what they are like."""
        wanted = [scenario for scenario in scenarios.values()
                  if not self.chosen.phase or scenario.phase in self.chosen.phase]
        if self.chosen.scenario:
            wanted = [each for each in wanted if each.name in self.chosen.scenario]
        tasks = [(each.name, "calls") for each in wanted for _ in range(HONEST_LIVES)]
        tasks += [(each.name, "allocations") for each in wanted if each.name in cases.ALLOCATING]
        lives = collections.defaultdict(list)
        for name, what, life in pool.imap_unordered(live_honestly, tasks):
            lives[name].append((what, life))
        self.honest = {name: Honest([life for _, life in found]) for name, found in lives.items()}

        def points(wanted, deep):
            return cases.points([(scenarios[name], self.honest[name].seconds, life.seen)
                                 for name, found in lives.items()
                                 for what, life in found if what == wanted], self.site_map, deep)

        calls = points("calls", cases.DEEP)
        self.reached |= {point.site for point in calls}
        return calls + [each for each in points("allocations", 1) if each.function == "new"]

    def cases(self, points):
        found = [(point, error, self.honest[point.scenario.name])
                 for point in points for error in point.errors()
                 if (not self.chosen.site
                     or any(site in str(point) for site in self.chosen.site))
                 and (not self.chosen.error or self.chosen.error == error)]
        found.sort(key=lambda case: (str(case[0]), case[0].phase, case[1]))
        if self.chosen.sample:
            found = sorted(found, key=lambda case: drawn(self.chosen.seed, *case[:2]))
            found = found[:self.chosen.sample]
        return found

    def go(self, pool, found):
        began = time.monotonic()
        for point, error, judgement, failure in pool.imap_unordered(live_with_error, found):
            self.take(point, error, judgement, failure)
            done = sum(self.counts.values())
            if done % 200 == 0:
                print(f"{done} of {len(found)} cases, {time.monotonic() - began:.0f} s",
                      flush=True)

    def take(self, point, error, judgement, failure):
        where = f"--scenario {point.scenario.name} --site '{point}' --error {error}"
        if failure:
            self.counts["not judged"] += 1
            self.problems.append(("not judged", where, failure))
            print(f"NOT JUDGED {where}: {failure[-600:]}", flush=True)
            return
        life = judgement.life
        self.reached |= {each.site for each in
                         cases.points([(point.scenario, 0, life.seen)], self.site_map)}
        if not life.fired:
            self.counts["not taken"] += 1
            if self.chosen.verbose:
                print(f"NOT TAKEN {where}", flush=True)
            return
        self.counts[judgement.told] += 1
        for kind, text in judgement.problems:
            self.problems.append((kind, where, text))
            print(f"{kind.upper()} {where}\n    {text}", flush=True)
        if self.chosen.verbose:
            print(f"{judgement.told}: {where} {judgement.changes()}\n    "
                  + "\n    ".join([*life.new[-12:], *life.replies]), flush=True)

    def report(self):
        own = self.site_map.own_sites(cases.wrapped_functions())
        if not self.chosen.phase and not self.chosen.scenario and not self.chosen.site:
            missed = sorted(own - self.reached)
            for site in missed:
                print(f"not reached: {site}")
            print(f"{len(own)} call sites of the host's own, {len(own) - len(missed)} reached "
                  f"({100 * (len(own) - len(missed)) / len(own):.1f} %), "
                  f"{len(self.reached - own)} more through libraries")
        kinds = collections.Counter(kind for kind, _, _ in self.problems)
        print(f"{sum(self.counts.values())} cases: {dict(self.counts)}; problems: "
              f"{dict(kinds) or 'none'}")


def main():
    global build, run_folder
    chosen = arguments()
    build = Build(chosen.build)
    scenarios.update({each.name: each for each in cases.scenarios()})
    with tempfile.TemporaryDirectory(prefix="berth-inject-run-") as folder:
        run_folder = pathlib.Path(folder)
        make_certificate(run_folder)
        this = Run(chosen)
        with multiprocessing.Pool(chosen.jobs, begin_worker) as pool:
            points = this.record(pool)
            found = this.cases(points)
            print(f"{len(points)} ways to a call, {len(found)} cases", flush=True)
            if chosen.list:
                for point, error, _ in found:
                    print(f"--scenario {point.scenario.name} --site '{point}' --error {error}")
                return 0
            this.go(pool, found)
        this.report()
    return 1 if this.problems else 0


if __name__ == "__main__":
    sys.exit(main())
