# tests/docs/sample_tree.py - the folder that a reader of the documentation works in.
import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import markdown

BUILD = Path(os.environ["BERTH_BUILD"])
READY_WITHIN = 60  # seconds


@contextmanager
def sample_tree():
    """A tree as scripts/run leaves it, but with the programs of the build that is tested."""
    with tempfile.TemporaryDirectory(prefix="berth-docs-") as name:
        tree = Path(name).resolve()
        sample = tree / "build/run/sample"
        (sample / "state/files").mkdir(parents=True)
        (sample / "state").chmod(0o700)
        for part in ("bin", "plugins"):
            (tree / "build/run" / part).symlink_to(BUILD / part)
        (sample / "plugins").symlink_to("../plugins")
        (sample / "state/files/hello.txt").write_text("Hello from Berth.\n")
        shutil.copy(markdown.ROOT / "packaging/berth.ini", sample)
        for copied in ("README.md", "packaging"):
            source = markdown.ROOT / copied
            (shutil.copytree if source.is_dir() else shutil.copy)(source, tree / copied)
        yield tree


def environment(tree):
    (tree / "home").mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BERTH_")}
    path = f"{BUILD / 'bin'}:{os.environ['PATH']}"
    return {**kept, "PATH": path, "HOME": str(tree / "home"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def sanitizer_flags():
    cache = (BUILD / "CMakeCache.txt").read_text()
    chosen = re.search(r"^BERTH_SANITIZE:\w+=(.+)$", cache, re.MULTILINE)
    return {"CXXFLAGS": f"-fsanitize={chosen[1]}"} if chosen else {}


@contextmanager
def installed_sdk(tree):
    """The SDK below $PREFIX, as an author of plugins has it."""
    prefix = tree / "installed"
    subprocess.run(["cmake", "--install", BUILD, "--component", "sdk", "--prefix", prefix],
                   check=True, capture_output=True)
    with patch.dict(os.environ, {"PREFIX": str(prefix), **sanitizer_flags()}):
        yield


def await_ready(log, is_running=lambda: True):
    deadline = time.monotonic() + READY_WITHIN
    while "is ready with" not in (text := log.read_text() if log.exists() else ""):
        if time.monotonic() > deadline or not is_running():
            raise AssertionError(f"the host did not start:\n{text}")
        time.sleep(0.05)


@contextmanager
def sample_host(tree):
    """The host that scripts/run would start."""
    log = tree / "host.log"
    with log.open("w") as stderr:
        host = subprocess.Popen(
            [BUILD / "bin/berthd", "--config", tree / "build/run/sample/berth.ini"],
            stderr=stderr, stdin=subprocess.DEVNULL, env=environment(tree))
    try:
        await_ready(log, lambda: host.poll() is None)
        yield host
        host.terminate()
        if host.wait(60) != 0:
            raise AssertionError(f"the host ended with {host.returncode}:\n{log.read_text()}")
    finally:
        host.kill()
        host.wait()
