# bench/comparison/change_measures.py - what a change of the running host costs.
#
# As in measures.py, each is a function of a setting and a side, or makes one.
import dataclasses
import time

from .load import LoadFailed

SWAP_INTERVAL = 1  # seconds
LONGER = 3         # times the measured time of other scenarios, for some swaps to fall into it


def swap_interval(setting):
    """A second, or less where the sample is short."""
    return min(SWAP_INTERVAL, setting.seconds / 2)


def longer(measure):
    """The measure over as much time as it takes while swapping."""
    return lambda setting, server: measure(
        dataclasses.replace(setting, seconds=LONGER * setting.seconds), server)


def while_swapping(measure):
    """The measure while the plugin is swapped again and again."""
    def measure_swapped(setting, server):
        with server.swapping(swap_interval(setting)):
            return longer(measure)(setting, server)
    return measure_swapped


def added_by_swaps(measure, factor):
    """What swaps add to a measure, times `factor`. Noise can make it less than nothing."""
    def difference(setting, server):
        quiet = longer(measure)(setting, server)
        swapped = while_swapping(measure)(setting, server)
        return (swapped - quiet) * factor
    return difference


def reload_time(_, server):
    """Seconds from the request to the reply, the longer of two: one service has another limit,
    then another setting of its plugin. Raises LoadFailed when more than that one is touched."""
    name = list(server.services)[len(server.services) // 2]
    return max(timed_reload(server, name, max_connections=7),
               timed_reload(server, name, greeting="hello"))


def timed_reload(server, name, **keys):
    before = others(server, name)
    server.change(name, **keys)
    began = time.monotonic()
    reply = server.ask("reload")
    took = time.monotonic() - began
    lines = reply.get("lines", [])
    if not reply["ok"] or len(lines) != 1 or not lines[0].startswith(f"change {name}: "):
        raise LoadFailed(f"a reload for {name} answers: {'; '.join([reply['text'], *lines])}")
    if others(server, name) != before:
        raise LoadFailed(f"a reload for {name} changed other services")
    return took


def others(server, name):
    return [each for each in server.ask("services")["data"] if each["name"] != name]
