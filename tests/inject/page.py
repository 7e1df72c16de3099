# tests/inject/page.py - the memory that the processes of one host and the driver share.
#
# The library (page.h) reads and writes the same layout: change both.
import mmap
import struct
from typing import NamedTuple

MAGIC = 0x314A4E49
MODULES, PHASES, NAME, FRAMES, RECORDS = 64, 8, 48, 16, 32768

HEAD = struct.Struct(f"<5I{MODULES}I")
ORDER = struct.Struct(f"<IIiiiIII{NAME}s{2 * FRAMES}I")
RECORD = struct.Struct(f"<QII{PHASES}I{NAME}s{2 * FRAMES}I")
ORDER_AT = HEAD.size
RECORDS_AT = (ORDER_AT + ORDER.size + 7) // 8 * 8
SIZE = RECORDS_AT + RECORDS * RECORD.size
FIELDS = {"phase": 4, "recording": 8, "allocations": 12, "dropped": 16}
FAIL, SHORTEN, THROW = 0, 1, 2

KINDS = {"file": 1, "folder": 2, "pipe": 4, "stream": 8, "messages": 16, "device": 32, "other": 64,
         "non-blocking": 128, "blocking": 256}


class Way(NamedTuple):
    """One way to a call: its function and the frames, (build id, offset), innermost first."""
    function: str
    frames: tuple


class Seen(NamedTuple):
    way: Way
    kinds: frozenset
    count: int


class Page:
    """In a file, which BERTH_INJECT names for the host."""

    def __init__(self, file, modules):
        with open(file, "w+b") as opened:
            opened.truncate(SIZE)
            self.memory = mmap.mmap(opened.fileno(), SIZE)
        own = [*modules, *[0] * (MODULES - len(modules))]
        HEAD.pack_into(self.memory, 0, MAGIC, 0, 0, 0, 0, *own)

    def set(self, field, value):
        struct.pack_into("<I", self.memory, FIELDS[field], value)

    def get(self, field):
        return struct.unpack_from("<I", self.memory, FIELDS[field])[0]

    def arm(self, way, depth, error, mode=FAIL, skip=0, times=1):
        """From now on: `skip` calls that came this way pass, then `times` fail; 0: all."""
        frames = [number for frame in way.frames[:depth] for number in frame]
        frames += [0] * (2 * FRAMES - len(frames))
        ORDER.pack_into(self.memory, ORDER_AT, 0, depth, skip, times, error, mode, 0, 0,
                        way.function.encode(), *frames)
        struct.pack_into("<I", self.memory, ORDER_AT, 1)

    def pause(self):
        """Nothing fails and nothing is recorded until go_on() of what this returns."""
        kept = (self.get("recording"), self.get("allocations"),
                struct.unpack_from("<I", self.memory, ORDER_AT)[0])
        self.go_on((0, 0, 0))
        return kept

    def go_on(self, kept):
        self.set("recording", kept[0])
        self.set("allocations", kept[1])
        struct.pack_into("<I", self.memory, ORDER_AT, kept[2])

    def disarm(self):
        struct.pack_into("<I", self.memory, ORDER_AT, 0)

    def fired(self):
        """How often, and in which process last."""
        order = ORDER.unpack_from(self.memory, ORDER_AT)
        return order[6], order[7]

    def seen(self):
        """Every way that was recorded."""
        end = RECORDS_AT + RECORDS * RECORD.size
        for key, kinds, depth, *rest in RECORD.iter_unpack(self.memory[RECORDS_AT:end]):
            if key == 0:
                continue
            function = rest[PHASES].rstrip(b"\0").decode()
            numbers = rest[PHASES + 1:]
            frames = tuple(zip(numbers[:2 * depth:2], numbers[1:2 * depth:2]))
            names = frozenset(name for name, bit in KINDS.items() if kinds & bit)
            yield Seen(Way(function, frames), names, sum(rest[:PHASES]))

    def close(self):
        self.memory.close()
