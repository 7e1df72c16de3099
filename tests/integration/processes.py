# tests/integration/processes.py - every berthd from the first to the one that serves.
import ctypes
import os
import pathlib
import signal

PR_SET_CHILD_SUBREAPER = 36


def children():
    """The processes whose parent is this one."""
    own = pathlib.Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in own.read_text(encoding="ascii").split()]


def naming(folder):
    """The processes that have the folder in their command."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.fsencode(folder) in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def state(pid):
    """A letter; Z: it has ended, and nobody has asked for its exit code."""
    text = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return text.rpartition(") ")[2][0]


class Processes:
    """A process that takes over is a child of the one before, and of this process once that has
    ended. `child`: the first one, a Popen."""

    def __init__(self, child):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
        self.child = child
        self.ids = [child.pid]

    def follow(self, pid):
        """Takes note of the one that took over."""
        assert pid not in self.ids, f"{pid} serves again"
        self.ids.append(pid)

    def reap_others(self):
        """Lets go of what has ended and is no berthd: orphans come to this process, too."""
        for pid in children():
            if pid not in self.ids and state(pid) == "Z":
                os.waitpid(pid, 0)

    def end(self, limit):
        """Ends the one that serves and waits for the others, which end by themselves. The exit
        codes."""
        os.kill(self.ids[-1], signal.SIGTERM)
        codes = [self.child.wait(limit)]
        codes += [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in self.ids[1:]]
        return codes

    def kill(self):
        """What a test that failed has left, one that was about to take over too."""
        self.child.kill()
        self.child.wait()
        while left := children():
            os.kill(left[0], signal.SIGKILL)
            os.waitpid(left[0], 0)
