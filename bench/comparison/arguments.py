# bench/comparison/arguments.py - the command line of bench/compare.
import argparse
import dataclasses
import os
import pathlib
import shutil
import tempfile

from .processes import Placement
from .scenarios import SCENARIOS
from .sides import SIDES

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SHARED_MEMORY = pathlib.Path("/dev/shm")
STORAGE_NEEDED = 3 * 2**30  # the largest upload, twice, and room to spare
EXIT_USAGE = 64


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(EXIT_USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def positive(kind):
    def parse(text):
        value = kind(text)
        if value <= 0:
            raise ValueError
        return value
    parse.__name__ = f"positive {kind.__name__}"
    return parse


def size(text):
    """Bytes; K, M and G are powers of 1024."""
    units = {"K": 2**10, "M": 2**20, "G": 2**30}
    return positive(int)(text[:-1]) * units[text[-1]] if text[-1:] in units else positive(int)(text)


def folder(text):
    path = pathlib.Path(text)
    if not path.is_dir() or not os.access(path, os.W_OK):
        raise ValueError
    return path.resolve()


def make_parser():
    parser = Parser(
        prog="bench/compare",
        description="Measures Berth beside other servers on loopback: each sample in a fresh "
                    "process, the sides in turn, medians of the ratios of each round. A rival "
                    "that is not installed is left out, and the report says so.",
        epilog="All of it takes about 21 minutes with 5 rounds of 2 seconds, and 14 "
               "with --no-rivals. Exit code: 0 every bar is met, 1 one is missed or replies "
               "were wrong, 64 wrong usage, 69 a program is missing or does not start.")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO",
                        help="a name of --list, or the beginning of several; default: all")
    parser.add_argument("--list", action="store_true", help="list the scenarios and stop")
    parser.add_argument("--build", type=pathlib.Path, default=SOURCE / "build" / "release",
                        help="folder of the build (build/release)")
    parser.add_argument("--rounds", type=positive(int), default=5, help="samples a side (5)")
    parser.add_argument("--seconds", type=positive(float), default=2.0,
                        help="measured time of a sample (2)")
    parser.add_argument("--pin", choices=Placement.CHOICES,
                        help="CPUs of servers and load; default: none, or what the scenario needs")
    add_choices_of_sides(parser)
    parser.add_argument("--upload-size", type=size, default=2**30, metavar="SIZE",
                        help="bytes of an upload (1G)")
    parser.add_argument("--storage", type=folder, metavar="FOLDER",
                        help="where uploads are stored; default: /dev/shm when it has room for "
                             "3 GiB, else the temporary folder")
    add_outputs(parser)
    return parser


def add_choices_of_sides(parser):
    parser.add_argument("--subject", choices=SIDES, metavar="SIDE",
                        help="measure this in place of Berth: " + "; ".join(SIDES)
                             + ". The reference itself shows the noise")
    parser.add_argument("--engine", choices=("threads", "fibers"),
                        help="run the scenarios of one engine on the other")
    parser.add_argument("--no-rivals", action="store_true",
                        help="measure only the side that the bar compares with")
    parser.add_argument("--no-bar", action="store_true", help="measure only, check no bar")


def add_outputs(parser):
    parser.add_argument("--plot", type=pathlib.Path, metavar="FOLDER",
                        help="also draw bar charts, as SVG files in this folder")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="all samples as one JSON object")
    form.add_argument("--markdown", action="store_true", help="a table for docs/performance.md")


def parse_arguments():
    parser = make_parser()
    arguments = parser.parse_args()
    chosen = set()
    for name in arguments.scenarios or [""]:
        found = named(name)
        if not found:
            parser.error(f"no scenario is called {name}")
        chosen.update(found)
    arguments.chosen = [adapt(scenario, arguments) for scenario in SCENARIOS
                        if scenario.name in chosen]
    if arguments.plot:
        try:
            arguments.plot.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=arguments.plot).close()
        except OSError as error:
            parser.error(f"cannot write to {arguments.plot}: {error.strerror}")
    arguments.storage = arguments.storage or default_storage()
    return arguments


def named(name):
    """The scenario of that name, else those whose names begin with it."""
    names = [scenario.name for scenario in SCENARIOS]
    return [name] if name in names else [each for each in names if each.startswith(name)]


def adapt(scenario, arguments):
    """The scenario with what the command line says in place of its own."""
    changes = {}
    if arguments.engine:
        for side in ("subject", "reference"):
            changes[side] = on_engine(getattr(scenario, side), arguments.engine)
    if arguments.subject:
        changes["subject"] = arguments.subject
        if arguments.subject == scenario.reference and scenario.measure_reference:
            changes["measure"] = scenario.measure_reference
    if arguments.no_rivals:
        changes["rivals"] = ()
    if arguments.no_bar:
        changes["bar"] = None
    return dataclasses.replace(scenario, **changes)


def on_engine(side, engine):
    """The same host on that engine; other sides have none and stay."""
    words = (side or "").split(" ", 1)
    if words[0] != "berthd" or len(words) == 1:
        return side
    for other in ("threads", "fibers"):
        words[1] = words[1].replace(other, engine)
    return " ".join(words)


def default_storage():
    if SHARED_MEMORY.is_dir() and shutil.disk_usage(SHARED_MEMORY).free >= STORAGE_NEEDED:
        return SHARED_MEMORY
    return pathlib.Path(tempfile.gettempdir())
