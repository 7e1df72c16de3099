# tests/docs/shell_session.py - a bash into which commands are pasted one after the other.
import os
import selectors
import signal
import subprocess
import time

END = "<<end of a command>>"
# Seconds after which a command hangs. Some build or check a plugin, also on a busy machine.
LIMIT = 300


class TookTooLong(Exception):
    pass


def is_complete(text):
    """Whether bash would run the lines now and not wait for more."""
    if text.endswith("\\\n"):
        return False
    parsed = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True)
    return parsed.returncode == 0 and not parsed.stderr


def commands(text):
    """The commands of a block, each with its line end; some have several lines."""
    result, pending = [], ""
    for line in text.splitlines(keepends=True):
        if not pending and (not line.strip() or line.startswith("#")):
            continue
        pending += line
        if is_complete(pending):
            result.append(pending)
            pending = ""
    return result + ([pending] if pending else [])


class ShellSession:
    """Its standard input is what is pasted, as at a terminal: a command that reads it disturbs."""

    def __init__(self, folder, environment):
        self._bash = subprocess.Popen(
            ["bash", "--norc", "--noprofile"], cwd=folder, env=environment, bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._bash.stdin.close()
        try:
            os.killpg(self._bash.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # bash and all that it started have ended
        self._bash.stdout.close()
        self._bash.wait()

    def run(self, command, limit=LIMIT):
        """The exit status and the output of one command."""
        self._bash.stdin.write(f'{command}\nprintf "{END} %d\\n" $?\n'.encode())
        deadline, output = time.monotonic() + limit, ""
        with selectors.DefaultSelector() as selector:
            selector.register(self._bash.stdout, selectors.EVENT_READ)
            raw = b""
            while END not in output or not output.endswith("\n"):
                if not selector.select(max(0, deadline - time.monotonic())):
                    raise TookTooLong(f"{command}: not done after {limit} s, after:\n{output}")
                piece = os.read(self._bash.stdout.fileno(), 65536)
                if not piece:
                    raise TookTooLong(f"{command}: ended the shell, after:\n{output}")
                raw += piece
                output = raw.decode(errors="replace")
        text, _, status = output.rpartition(END)
        return int(status), text
