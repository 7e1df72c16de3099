# tests/integration/soak_test.py - all services of one berthd under honest and hostile clients,
# while it is reloaded, restarted, upgraded and its plugins are swapped: nothing grows, and what it
# counts is what the clients saw.
#
# usage: soak_test.py [MINUTES [threads|fibers]] [--seed N]    BERTH_BUILD names the build folder
import argparse
import asyncio
import random
import signal
import subprocess
import sys

from soak.run import Run

ENGINES = ("threads", "fibers")
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ENDED_EARLY = 130  # the exit code


def arguments():
    parser = argparse.ArgumentParser(prog="soak", description="a soak test of berthd")
    parser.add_argument("minutes", nargs="?", type=float, default=1)
    parser.add_argument("engine", nargs="?", choices=ENGINES)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    return parser.parse_args()


async def soak(engine, minutes, seed):
    """Whether every bar was reached."""
    run = Run(engine, minutes * 60, seed)
    task = asyncio.create_task(run.go())
    loop = asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    finally:
        await run.clear()


def one(engine, minutes, seed):
    """The exit code."""
    print(f"{engine}: {minutes:g} min, seed {seed}", flush=True)
    try:
        return 0 if asyncio.run(soak(engine, minutes, seed)) else 1
    except asyncio.CancelledError:
        print(f"{engine}: ended early, nothing is left behind")
        return ENDED_EARLY


def all_at_once(minutes, seed):
    """Each engine in a process of its own. The worst exit code."""
    children, signals = [], []

    def end_early(number, _):
        signals.append(number)
        for child in children:
            child.send_signal(number)

    for number in ENDING:
        signal.signal(number, end_early)
    for engine in ENGINES:
        children.append(subprocess.Popen(
            [sys.executable, __file__, str(minutes), engine, "--seed", str(seed)]))
        for number in signals:  # those that came while it was started
            children[-1].send_signal(number)
    return max(abs(child.wait()) for child in children)


def main():
    wanted = arguments()
    if wanted.engine:
        return one(wanted.engine, wanted.minutes, wanted.seed)
    return all_at_once(wanted.minutes, wanted.seed)


if __name__ == "__main__":
    sys.exit(main())
