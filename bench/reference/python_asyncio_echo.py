#!/usr/bin/env python3
# bench/reference/python_asyncio_echo.py - echo on Python's asyncio, with its faster interface.
#
# usage: python_asyncio_echo.py PORT    PORT 0 takes a free one, which is printed
import asyncio
import sys


class Echo(asyncio.Protocol):
    """A protocol, as the documentation's echo server; streams take twice the time."""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)

    # A client that does not read is not read from.
    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()


async def main(port):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", port, backlog=4096)
    print("listening", server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main(int(sys.argv[1])))
