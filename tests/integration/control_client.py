# tests/integration/control_client.py - an operator at the control port's Unix socket.
import asyncio
import json

LIMIT = 120  # seconds, for any one answer


async def soon(answer):
    """What is awaited. Unlike asyncio.wait_for it never misses that its task was cancelled."""
    async with asyncio.timeout(LIMIT):
        return await answer


async def ask(path, request):
    """The reply to one request."""
    reader, writer = await asyncio.open_unix_connection(str(path), limit=2**24)
    writer.write(f"json {request}\n".encode())
    reply = json.loads(await soon(reader.readline()))
    writer.close()
    return reply
