# tests/inject/sites.py - where in the source a call is made, from the files that were built.
import collections
import functools
import os
import pathlib
import re
import subprocess
from typing import NamedTuple

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("sdk", "host", "plugins")
CALL = re.compile(r"^\s*([0-9a-f]+):\t(?:call|jmp|bl|b)\s.*<(\w+)(?:@[\w.]+)?@plt>")

# No host runs them: what is for plugins' authors, who test in memory or copy into a descriptor.
NOT_THE_HOSTS = ("sdk/src/loopback_connection.cpp", "sdk/src/connection.cpp")
# What stands between a caller and the C library: whose call it is tells the frame behind it.
BETWEEN = ("host/crash/every_thread.cpp",)


class Site(NamedTuple):
    place: str  # file:line
    function: str

    def __str__(self):
        return f"{self.place}:{self.function}"


def base(function):
    """Without what tells the kinds of one call apart, and the suffix for large files."""
    name = function.partition(":")[0]
    return name[:-2] if name.endswith("64") else name


class Module:
    """One file of the host's own: berthd, libberth, a plugin."""

    def __init__(self, file):
        self.file = pathlib.Path(file)
        notes = subprocess.run(["readelf", "--notes", file], check=True, capture_output=True,
                               text=True).stdout
        found = re.search(r"Build ID: ([0-9a-f]+)", notes)
        assert found, f"{file} has no build id"
        self.id = int.from_bytes(bytes.fromhex(found[1])[:4], "little")
        self.places = {}
        self.inlined = set()  # offsets of calls that a library's header makes

    def look_up(self, offsets):
        """Finds the places of these, all at once."""
        wanted = sorted(set(offsets) - self.places.keys())
        if not wanted:
            return
        said = subprocess.run(
            ["addr2line", "--addresses", "--inlines", "--functions", "--demangle",
             f"--exe={self.file}"],
            input="".join(f"{offset:#x}\n" for offset in wanted), check=True,
            capture_output=True, text=True).stdout
        offset, lines = None, []
        for line in [*said.splitlines(), "0x0"]:
            if re.fullmatch(r"0x[0-9a-f]+", line):
                if offset is not None:
                    self.places[offset] = in_tree(lines[1::2])
                    if in_tree(lines[1:2]) is None:
                        self.inlined.add(offset)
                offset, lines = int(line, 16), []
            else:
                lines.append(line)

    def place(self, offset):
        """file:line within the tree of the innermost call there, or None."""
        self.look_up([offset])
        return self.places[offset]

    def calls(self):
        """(offset, function) of each call to another file."""
        code = subprocess.run(["objdump", "--disassemble", "--no-show-raw-insn", self.file],
                              check=True, capture_output=True, text=True).stdout
        for line in code.splitlines():
            if found := CALL.match(line):
                yield int(found[1], 16), found[2]


@functools.cache
def relative(file):
    """Its path within the tree. A compiler's cache may name another tree of the same files."""
    parts = pathlib.Path(os.path.normpath(file)).parts
    for start, part in enumerate(parts):
        inside = pathlib.Path(*parts[start:])
        if part in FOLDERS and (SOURCE / inside).is_file():
            return str(inside)
    return None


def in_tree(lines):
    """The innermost of these that lies in the tree."""
    for line in lines:
        file, _, number = line.partition(" ")[0].rpartition(":")
        path = relative(file)
        if path and number.isdigit():
            return f"{path}:{number}"
    return None


class Map:
    """The host's own files together."""

    def __init__(self, files):
        self.modules = [Module(file) for file in files]
        self.by_id = {module.id: module for module in self.modules}

    def look_up(self, ways):
        offsets = collections.defaultdict(set)
        for way in ways:
            for module, offset in way.frames:
                offsets[module].add(offset)
        for module, found in offsets.items():
            self.by_id[module].look_up(found)

    def places(self, way):
        """[(how many frames deep, place)] of the frames that lie in the tree, innermost first."""
        found, between = [], []
        for depth, (module, offset) in enumerate(way.frames, 1):
            place = self.by_id[module].place(offset)
            if place and place.startswith(BETWEEN):
                between.append((depth, place))
            elif place and (not found or found[-1][1] != place):
                found.append((depth, place))
        return found or between  # a thread of a library's alone

    def own_sites(self, functions):
        """Every call of these functions that the source makes itself."""
        sites = set()
        for module in self.modules:
            calls = [(offset, base(name)) for offset, name in module.calls()
                     if base(name) in functions]
            module.look_up(offset for offset, _ in calls)
            for offset, function in calls:
                place = module.place(offset)
                if offset in module.inlined:
                    continue
                if place and not place.startswith((*NOT_THE_HOSTS, *BETWEEN)):
                    sites.add(Site(place, function))
        return sites
