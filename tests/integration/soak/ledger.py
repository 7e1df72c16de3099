# tests/integration/soak/ledger.py - what clients saw, beside what the host told of the same
# connections.
#
# Each client comes from an address of its own, so that its line in the access log is found by it.
import collections
import dataclasses
import itertools

DENIED = "127.200"  # the sources that the service `crowd` turns away
TIMEOUTS = ("idle timeout", "write timeout")  # for clients who do not get their turn
MOST_SHOWN = 40


@dataclasses.dataclass
class Connection:
    service: str
    source: str  # None: a Unix socket's, which has no address
    scene: str
    exact: bool  # every byte sent was read by the host, and every byte of the host's was received
    plain: bool = True  # what it counts is what the service counts; false: TLS counts otherwise
    sent: int = 0
    received: int = 0
    refused: bool = False
    lost: bool = False  # perhaps before the host had it, as its service was stopping
    done: bool = False
    failure: str = ""  # what its client found wrong
    began: float = 0
    line: dict = None


class Ledger:
    """`say`: shows a line. `stalled`: tells whether clients did not get their turns for long since
    a time."""

    def __init__(self, say, stalled):
        self.say, self.stalled = say, stalled
        self.numbers = itertools.count(1)
        self.pending = {}  # by source
        self.lost = set()  # sources
        self.connected = collections.Counter()  # by service, as are those that follow
        self.refused = collections.Counter()
        self.lines = collections.Counter()
        self.bytes_in = collections.Counter()
        self.bytes_out = collections.Counter()
        self.published = collections.Counter()
        self.commands = collections.Counter()
        self.unix = {"clients": collections.Counter(), "host": collections.Counter()}
        self.ends = collections.Counter()  # by reason
        self.compared = 0
        self.problems = []

    def problem(self, text):
        self.problems.append(text)
        if len(self.problems) <= MOST_SHOWN:
            self.say(f"WRONG: {text}")

    def source(self, denied=False):
        number = next(self.numbers)
        first = DENIED if denied else f"127.{1 + number // 65536 % 190}"
        return f"{first}.{number // 256 % 256}.{number % 256}"

    def scene(self, peer):
        """What the client of that address plays; None when nobody of it is there."""
        connection = self.pending.get(peer.rpartition(":")[0])
        return connection and connection.scene

    def connect(self, connection):
        """Before the client connects."""
        if connection.service == "control":  # which has no access log
            return
        self.connected[connection.service] += 1
        if connection.source:
            self.pending[connection.source] = connection

    def fail(self, connection):
        """Nobody listened."""
        if connection.service != "control":
            self.connected[connection.service] -= 1
            self.pending.pop(connection.source, None)

    def finish(self, connection):
        connection.done = True
        if connection.service == "control":
            return
        if connection.refused:
            self.refused[connection.service] += 1
        if not connection.source:
            self.unix["clients"].update({"connections": 1, "in": connection.sent,
                                         "out": connection.received})
            if connection.failure:
                self.problem(connection.failure)
        elif connection.refused:
            del self.pending[connection.source]
            if connection.line:
                self.problem(f"{connection}: refused, and served")
        elif connection.line:
            self._compare(connection)
        elif connection.lost:
            del self.pending[connection.source]
            self.lost.add(connection.source)

    def log(self, line):
        """A line of the access log."""
        service = line["source"]
        self.lines[service] += 1
        self.bytes_in[service] += line["bytes_in"]
        self.bytes_out[service] += line["bytes_out"]
        self.ends[line["ended"]] += 1
        if line["ended"] == "failed":
            self.problem(f"a handler failed: {line}")
        source = line["peer"].rpartition(":")[0]
        if not source:
            self.unix["host"].update({"connections": 1, "in": line["bytes_in"],
                                      "out": line["bytes_out"]})
            return
        if source in self.lost:
            return
        connection = self.pending.get(source)
        if not connection or connection.service != service or connection.line:
            self.problem(f"nobody, or somebody else, is that client: {line}; {connection}")
            return
        connection.line = line
        if connection.done:
            self._compare(connection)

    def _compare(self, connection):
        line = connection.line
        del self.pending[connection.source]
        self.compared += 1
        late = line["ended"] in TIMEOUTS and self.stalled(connection.began)
        if connection.failure and not late:
            self.problem(f"{connection.failure}; the host says {line}")
        host = (line["bytes_in"], line["bytes_out"])
        if not connection.plain:
            agree = True
        elif connection.exact:
            agree = host == (connection.sent, connection.received)
        else:
            agree = host[0] <= connection.sent and host[1] >= connection.received
        if not agree:
            self.problem(f'the client of "{connection.scene}" sent {connection.sent} and received '
                         f"{connection.received} bytes, the host says {line}")
