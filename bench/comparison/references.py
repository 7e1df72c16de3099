# bench/comparison/references.py - what Berth is compared with, each a process of its own.
import contextlib
import pathlib
import select
import shutil
import tempfile

from . import processes
from .processes import StartError

START_LIMIT = 20  # seconds
LOOP_LIMIT = 120  # seconds
NO_PERMISSION = 77  # a program's status where the kernel has not what it is about, or forbids it


class Missing(StartError):
    """A program is not on this machine, or was not built."""


def require(program, places=None):
    """Where a program is. Raises Missing when it can be found neither as a path nor by its name
    in `places`, which are those of PATH."""
    found = shutil.which(program, path=places)
    if found is None:
        known = "/" in str(program)
        raise Missing(f"{program} {'was not built' if known else 'is not installed'}")
    return found


class Loop:
    """A program that prints a rate and ends: the speed limit of something, not a server."""

    def __init__(self, program, placement):
        self.program = program
        self.placement = placement

    @contextlib.contextmanager
    def running(self, amount):
        """The program runs during the block, with this amount as its only argument. What it yields
        waits for the end and returns the words that the program prints, of which the first is the
        rate."""
        require(self.program)
        child = processes.start(
            [self.program, amount], self.placement.server, stdout=processes.subprocess.PIPE)
        try:
            yield lambda: self._words(child)
        finally:
            processes.stop(child)

    def _words(self, child):
        try:
            out, _ = child.communicate(timeout=LOOP_LIMIT)
        except processes.subprocess.TimeoutExpired as error:
            raise StartError(f"{self.program} did not end within {LOOP_LIMIT} s") from error
        if child.returncode != 0:
            raise StartError(f"{self.program} failed with {child.returncode}")
        return out.split()


class Reference:
    """A server that prints `listening PORT` once it listens. Use it in a with statement."""

    def __init__(self, command, placement):
        self.command = command
        self.placement = placement

    def __enter__(self):
        require(self.command[0])
        self.child = processes.start(
            self.command, self.placement.server, stdout=processes.subprocess.PIPE)
        try:
            ready, _, _ = select.select([self.child.stdout], [], [], START_LIMIT)
            words = self.child.stdout.readline().split() if ready else []
            if ready and not words and processes.status(self.child) == NO_PERMISSION:
                raise Missing(f"{self.command[0]} may not use what it needs of the kernel")
            if len(words) != 2 or words[0] != "listening":
                raise StartError(f"{self.command[0]} does not say where it listens")
        except BaseException:
            processes.stop(self.child)
            raise
        self.address = f"127.0.0.1:{words[1]}"
        return self

    def __exit__(self, *_):
        processes.stop(self.child)

    @property
    def pid(self):
        return self.child.pid


class StoringReference(Reference):
    """A reference that takes a folder as its last argument; `files` is that folder."""

    def __init__(self, command, placement, parent):
        super().__init__(command, placement)
        self.parent = parent

    def __enter__(self):
        self.files = pathlib.Path(tempfile.mkdtemp(prefix="berth-bench-", dir=self.parent))
        self.command = [*self.command, self.files]
        try:
            return super().__enter__()
        except BaseException:
            shutil.rmtree(self.files, ignore_errors=True)
            raise

    def __exit__(self, *_):
        super().__exit__()
        shutil.rmtree(self.files, ignore_errors=True)


class SideBySide:
    """A server and a loop, for a measure that runs both at once."""

    def __init__(self, server, loop):
        self.server = server
        self.loop = loop

    def __enter__(self):
        self.server.__enter__()
        return self

    def __exit__(self, *_):
        self.server.__exit__()
