# bench/comparison/swapped_host.py - a berthd whose plugin is replaced while it serves.
import contextlib
import shutil
import threading

from .berth_host import BerthHost
from .load import LoadFailed

PLUGIN = "echo"
# Clients that stay are not cut before the measurement is over.
SERVICE = {"plugin": f"./{PLUGIN}.so", "drain_timeout": "10m"}


class SwappedHost(BerthHost):
    """Serves echo from a plugin file of its own. `keys`: more keys of the service."""

    def __init__(self, build, keys, placement, host_keys=None):
        super().__init__(build, {PLUGIN: {**SERVICE, **keys}}, placement, host_keys)

    def swap(self):
        """Replaces the plugin as an operator does. Raises LoadFailed unless clients get a new
        generation."""
        before = self._generation()
        self._install()
        reply = self.ask("reload")
        if not reply["ok"]:
            raise LoadFailed(f"a swap was refused: {reply['text']}")
        if self._generation() != before + 1:
            raise LoadFailed(f"a swap made no new generation: {reply['text']}")

    @contextlib.contextmanager
    def swapping(self, interval):
        """Swaps every `interval` seconds while the block runs, at least once. What went wrong
        with a swap is raised at its end."""
        ended = threading.Event()
        problems = []

        def swap_until_ended():
            try:
                while not ended.wait(interval):
                    self.swap()
                    self.swaps += 1
            except (LoadFailed, OSError, ValueError) as error:
                problems.append(f"swap {self.swaps + 1}: {error}")

        self.swaps = 0
        thread = threading.Thread(target=swap_until_ended)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
        if not self.swaps and not problems:
            problems.append("the load ended before the first swap")
        if problems:
            raise LoadFailed(problems[0])

    def _generation(self):
        return self.ask("services")["data"][0]["generation"]

    def _install(self):
        # A copy has an inode of its own, and is a new generation even if the bytes are the same.
        aside = self.folder / "new"
        shutil.copy(self.build / "plugins" / f"{PLUGIN}.so", aside)
        aside.rename(self.folder / f"{PLUGIN}.so")

    def _write_configuration(self):
        super()._write_configuration()
        self._install()
