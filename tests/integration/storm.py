# tests/integration/storm.py - clients by the hundred who check every answer of a host that changes.
import asyncio

from control_client import soon
from storm_host import VERSIONS

MESSAGES = 40  # of a client at least, before it comes anew


class Clients:
    """What the clients saw; every connection is one version's from its first answer to its last."""

    def __init__(self, host):
        self.host = host
        self.ended = False
        self.connections = dict.fromkeys(VERSIONS, 0)
        self.visits = 0
        self.answers = 0

    def tasks(self, comers, holders=0, visitors=1):
        """`comers` talk for a while and come anew, `holders` keep one connection until the end,
        `visitors` come for one message after the other."""
        return [*(asyncio.create_task(self.come_anew(index)) for index in range(comers)),
                *(asyncio.create_task(self.serve_one(index, None)) for index in range(holders)),
                *(asyncio.create_task(self.visit(index)) for index in range(visitors))]

    async def during(self, change, tasks):
        """What `change` returns. Raises what a client found wrong meanwhile or at its end."""
        change = asyncio.create_task(change)
        done, _ = await asyncio.wait([change, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        self.ended = True
        await asyncio.gather(*tasks)
        return change.result()

    async def serve_one(self, index, messages):
        """One connection; without a number of messages it stays until the end."""
        reader, writer = await self.host.connect(index)
        version, number = None, 0
        while number != messages and not (messages is None and self.ended):
            line = f"{index}.{number}"
            version = await self.say(reader, writer, line, version)
            number += 1
            await asyncio.sleep(0)
        writer.write_eof()
        rest = await soon(reader.read())
        assert rest == b"", f"{rest} after the last answer"
        writer.close()
        self.connections[version] += 1

    async def say(self, reader, writer, line, version):
        """The version that answered, which must be `version` if one answered before."""
        writer.write(f"{line}\n".encode())
        answer = (await soon(reader.readline())).decode().split()
        assert len(answer) == 2 and answer[1] == line, (line, answer)
        assert version in (None, answer[0]), f"{answer[0]} answered a client of {version}"
        self.answers += 1
        return answer[0]

    async def come_anew(self, index):
        while not self.ended:
            await self.serve_one(index, MESSAGES + index % MESSAGES)

    async def visit(self, index):
        while not self.ended:
            await self.serve_one(index + self.visits, 1)
            self.visits += 1
