# tests/docs/private_network.py - runs a test where nobody else listens on any port.
import array
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

SKIPPED = 77  # what ctest takes for "not run"
INSIDE = "BERTH_DOCS_PRIVATE_NETWORK"
SIOCSIFFLAGS = 0x8914
IFF_UP = 1


def bring_loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = array.array("b", struct.pack("16sH14x", b"lo", IFF_UP))
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)


def enter():
    """Starts this program again in a network namespace of its own; returns there."""
    if INSIDE in os.environ:
        del os.environ[INSIDE]
        bring_loopback_up()
        return
    own_network = ["unshare", "--user", "--map-root-user", "--net"]
    if not shutil.which("unshare") or subprocess.run(
            [*own_network, "true"], capture_output=True).returncode != 0:
        print("skipped: unshare cannot make a network namespace here, and the documented ports "
              "may be in use")
        sys.exit(SKIPPED)
    os.environ[INSIDE] = "1"
    os.execvp("unshare", [*own_network, sys.executable, "-B", *sys.argv])
