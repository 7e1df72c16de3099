# tests/integration/soak/resources.py - what a process takes.
import collections
import contextlib
import os
import pathlib
import re

# What tells one from another of a kind: the number of a socket, the label of a staged plugin.
KIND = re.compile(r"-[^/]*(?=\.so)|\[\d+\]| \(deleted\)")


def resident(pid):
    """Bytes of memory."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def descriptors(pid):
    """How many there are of each kind."""
    kinds = collections.Counter()
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            kinds[KIND.sub("", os.readlink(entry))] += 1
    return kinds


def threads(pid):
    """How many there are of each name."""
    names = collections.Counter()
    for entry in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            names[(entry / "comm").read_text(encoding="utf-8").strip()] += 1
    return names


def offspring(pid):
    """How many children there are of each name."""
    names = collections.Counter()
    for entry in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            for child in (entry / "children").read_text(encoding="ascii").split():
                name = pathlib.Path(f"/proc/{child}/comm").read_text(encoding="utf-8")
                names[name.strip()] += 1
    return names


def difference(now, before):
    """What there is more, or less, in text."""
    changed = {name: now[name] - before[name] for name in {*now, *before}
               if now[name] != before[name]}
    return ", ".join(f"{count:+} {name}" for name, count in sorted(changed.items())) or "none"
