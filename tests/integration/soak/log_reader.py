# tests/integration/soak/log_reader.py - follows the host's log, and tells the ledger.
import asyncio
import json
import re

# Warnings that hostile clients and changes are meant to cause, or a machine that is busy.
EXPECTED = (
    r"refused \S+: (max_connections reached|max_per_client reached|not allowed)",
    r"reload refused: 1 error in the configuration",
    r"reload refused: another process serves by now",
    r"reload: .*: error: unknown key \"idle_timout\"",
    r"process \d+, which drains, does not answer: its clients are left out; try again",
)
LEFT_OUT = re.compile(r"refused (\d+) more clients, without a line for each")
REFUSED = re.compile(r"refused 127\.\S+: ")
PUBLISHED = re.compile(r"published \"")
COMMAND = re.compile(r"127\.\S+ \S+: (exit \d+|signal \S+|ended: .*) ?.*, \d+ bytes$")


class LogReader:
    def __init__(self, path, ledger):
        self.ledger = ledger
        self.file = open(path, "rb")  # pylint: disable=consider-using-with
        self.begun = b""
        self.refused_lines = 0

    async def follow(self):
        while True:
            self.read()
            await asyncio.sleep(0.1)

    def read(self):
        while data := self.file.read(2**20):
            *lines, self.begun = (self.begun + data).split(b"\n")
            for line in lines:
                self.parse(line)

    def parse(self, text):
        try:
            line = json.loads(text)
        except ValueError:
            self.ledger.problem(f"in the log, and no JSON: {text}")
            return
        self.take(line)

    def take(self, line):
        text, source = line["text"], line["source"]
        if text == "connection ended":
            self.ledger.log(line)
        elif PUBLISHED.match(text):
            self.ledger.published[source] += 1
        elif COMMAND.match(text):
            self.ledger.commands[source] += 1
        elif found := LEFT_OUT.match(text):
            self.refused_lines += int(found[1])
        elif REFUSED.match(text):
            self.refused_lines += 1
            self.judge(line)
        else:
            self.judge(line)

    def judge(self, line):
        if line["level"] in ("information", "debug"):
            return
        if not any(re.match(pattern, line["text"]) for pattern in EXPECTED):
            self.ledger.problem(f"in the log: {line}")

    def close(self):
        self.file.close()
