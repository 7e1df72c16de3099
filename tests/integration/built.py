# tests/integration/built.py - the build that is tested.
#
# BERTH_BUILD names its folder.
import os
import pathlib

BUILD = pathlib.Path(os.environ["BERTH_BUILD"]).resolve()
BERTHD = BUILD / "bin" / "berthd"
SANITIZED = any(mark in BERTHD.read_bytes() for mark in (b"__asan_init", b"__tsan_init"))
