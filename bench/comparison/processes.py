# bench/comparison/processes.py - child processes that never outlive the comparison.
import ctypes
import os
import resource
import signal
import subprocess

PR_SET_PDEATHSIG = 1


class StartError(Exception):
    """A program could not be started, or did not do what it was started for."""


class Placement:
    """Which CPUs servers and load run on: none (anywhere), apart or together."""

    CHOICES = ("none", "apart", "together")

    def __init__(self, choice="none"):
        cpus = sorted(os.sched_getaffinity(0))
        if choice == "apart" and len(cpus) < 2:
            raise StartError("--pin apart needs two CPUs")
        self.server = {"none": None, "apart": cpus[:-1], "together": cpus[-1:]}[choice]
        self.load = {"none": None, "apart": cpus[-1:], "together": cpus[-1:]}[choice]


def start(command, cpus=None, **options):
    """Starts a child that the kernel kills when this process ends, however it ends."""
    libc = ctypes.CDLL(None)
    parent = os.getpid()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)

    def prepare():
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        # Not every server does it for itself, and none shall lack descriptors.
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        if cpus:
            os.sched_setaffinity(0, cpus)

    try:
        return subprocess.Popen(
            [str(word) for word in command], preexec_fn=prepare, text=True, **options)
    except OSError as error:
        raise StartError(f"cannot run {command[0]}: {error.strerror}") from error


def status(child, patience=5):
    """The exit status of a child that ends by itself; None when it goes on."""
    try:
        return child.wait(patience)
    except subprocess.TimeoutExpired:
        return None


def stop(child, patience=5):
    """Ends a child, politely first, and takes its exit status."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream:
            stream.close()


def resident_bytes(pid):
    """Resident memory of a process."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise StartError(f"process {pid} has no resident memory any more")
