# tests/docs/private_network.py - runs a test where nobody else listens on the documented ports.
import array
import fcntl
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77  # what ctest takes for "not run"
INSIDE = "BERTH_DOCS_PRIVATE_NETWORK"
SIOCSIFFLAGS = 0x8914
IFF_UP = 1
ROOT = Path(__file__).resolve().parents[2]
# Root needs no user namespace, which a chroot or a container may refuse.
OWN_NETWORK = (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"])


def bring_loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = array.array("b", struct.pack("16sH14x", b"lo", IFF_UP))
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)


def works(command):
    return shutil.which(command[0]) and subprocess.run(
        [*command, "true"], capture_output=True).returncode == 0


def documented_ports():
    pages = [ROOT / "README.md", ROOT / "packaging/berth.ini", *(ROOT / "docs").rglob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    return sorted({int(port) for port in re.findall(r"\b7[0-9]{3}\b", text)})


def is_taken(port):
    with socket.socket() as any_socket:
        any_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            any_socket.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def use_shared_loopback():
    """Waits until no other test of these does; the lock ends with this process."""
    global lock
    lock = open(Path(tempfile.gettempdir()) / f"berth-docs-{os.getuid()}.lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    taken = [str(port) for port in documented_ports() if is_taken(port)]
    if taken:
        print("skipped: no network namespace can be made here, and on this machine's loopback "
              f"others listen on ports of the documentation: {', '.join(taken)}")
        sys.exit(SKIPPED)


def enter():
    """Starts this program again in a network namespace of its own and returns there; where none
    can be made, returns when the documented ports are free."""
    if INSIDE in os.environ:
        del os.environ[INSIDE]
        bring_loopback_up()
        return
    for command in OWN_NETWORK:
        if works(command):
            os.environ[INSIDE] = "1"
            os.execvp("unshare", [*command, sys.executable, "-B", *sys.argv])
    use_shared_loopback()
