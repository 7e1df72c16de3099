# bench/comparison/load.py - runs the load generator and reads its report.
import json
import subprocess

from . import processes
from .processes import StartError

SLACK = 60  # seconds that opening connections and last replies may take


class LoadFailed(Exception):
    """Replies were wrong or missing, so that the numbers mean nothing."""


def command(build, address, options):
    words = [build / "bin" / "berth-load", address, "--json"]
    for name, value in options.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    return words


def run(build, address, options, placement, seconds):
    """The report of one run. Raises LoadFailed when any connection failed."""
    child = processes.start(
        command(build, address, {"duration": f"{round(seconds * 1000)}ms", **options}),
        placement.load, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, errors = child.communicate(timeout=seconds + SLACK)
    except subprocess.TimeoutExpired as error:
        raise StartError(f"berth-load did not end within {seconds + SLACK} s") from error
    finally:
        processes.stop(child)
    return checked(out, errors)


def hold_idle(build, address, options, placement, look):
    """Opens idle connections, calls look() while they are open and returns what it returned."""
    child = processes.start(
        command(build, address, {"mode": "idle", "duration": "0", **options}),
        placement.load, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        if child.stdout.readline() != "ready\n":
            raise StartError(f"berth-load cannot open connections: {child.stderr.read().strip()}")
        found = look()
        child.terminate()
        out, errors = child.communicate(timeout=SLACK)
    finally:
        processes.stop(child)
    checked(out, errors)
    return found


def drive(build, kind, address, options, placement):
    """The report of one run of berth-drive. Raises LoadFailed when the service said no."""
    child = processes.start(
        [build / "bin" / "berth-drive", kind, address, *options],
        placement.load, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, errors = child.communicate(timeout=SLACK)
    except subprocess.TimeoutExpired as error:
        raise StartError(f"berth-drive {kind} did not end within {SLACK} s") from error
    finally:
        processes.stop(child)
    if child.returncode != 0:
        raise LoadFailed(errors.strip())
    return json.loads(out)


def checked(out, errors):
    if not out:
        raise StartError(f"berth-load failed: {errors.strip()}")
    report = json.loads(out)
    if report["failed"]:
        raise LoadFailed(f"{report['failed']} connections failed: {report['first_error']}")
    return report
