# tests/inject/clients.py - honest clients of the services that ship. Each believes nothing: what an
# answer says is looked up.
import hashlib
import json

from wire import Cut, Lie, Refused, Wire

BANNER = "欢迎进入管理界面.".encode()


def same(found, wanted, what):
    if found != wanted:
        raise Lie(f"{what}: {found[:80]!r}, not {wanted[:80]!r}")


def echo(address, change=bytes, messages=(b"one", b"two", b"three"), **options):
    """Each message comes back, changed by `change`, and then the end."""
    with Wire(address, **options) as wire:
        for message in messages:
            wire.send(message)
            same(wire.exactly(len(change(message))), change(message), "what came back")
        if not options.get("tls"):
            wire.finish()
            same(wire.rest(), b"", "behind the last message")


def flood(address, size=800_000, **options):
    """More than the kernel's buffers hold, read late: the host has to wait for room."""
    data = hashlib.sha256(b"flood").digest() * (size // 32)
    with Wire(address, receive_buffer=32768, **options) as wire:
        wire.socket.setblocking(False)
        sent = 0
        while sent < len(data):
            try:
                sent += wire.socket.send(data[sent:sent + 65536])
            except BlockingIOError:
                break
            except OSError as error:
                raise Cut(error.strerror) from error
        wire.socket.setblocking(True)
        wire.finish()
        found = wire.rest()
        same(found, data[:len(found)], "what came back")
        if len(found) < sent:
            raise Cut(f"the end after {len(found)} of {sent} bytes")


def greet(address, message=b"Thank you for connecting"):
    with Wire(address) as wire:
        found = wire.rest()
        same(found, message[:len(found)], "the message")
        if len(found) < len(message):
            raise Cut("the end before the whole message")


class Exec:
    """A conversation in frames."""

    def __init__(self, address):
        self.wire = Wire(address)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wire.socket.close()

    def ask(self, request, out=None, err=b"", closing=b"exit 0"):
        """Runs it; `out`, `err`: all that the two streams hold when it says that it went well."""
        self.wire.more_time()
        self.wire.send(request.encode() + b"\n")
        streams = {b"out": b"", b"err": b""}
        while True:
            line = self.wire.line()
            word, _, rest = line.partition(b" ")
            if word in streams:
                streams[word] += self.wire.exactly(int(rest))
                continue
            if word == b"error" and not line.startswith(closing):
                raise Refused(line.decode())
            if not line.startswith(closing):
                raise Lie(f"{request}: {line.decode()}, not {closing.decode()}")
            if out is not None:
                same(streams[b"out"], out, request)
                same(streams[b"err"], err, request)
            return streams


class Upload:
    """A conversation with an upload service; `folder` is where its files appear."""

    def __init__(self, address, folder, book, wire=None):
        self.wire = wire or Wire(address)
        self.folder = folder
        self.book = book  # of what each file may hold

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wire.socket.close()

    def header(self, **members):
        self.wire.more_time()
        self.wire.send(json.dumps(members).encode() + b"\n")

    def reply(self, wanted):
        reply = json.loads(self.wire.line())
        if reply["status"] >= 400 and reply["status"] != wanted:
            raise Refused(json.dumps(reply))
        if reply["status"] != wanted:
            raise Lie(f"{reply}, not {wanted}")
        return reply

    def put(self, name, content, offset=None, digest=False, status=201):
        members = {"action": "put", "filename": name, "file_size": len(content), "ack": True}
        if offset is not None:
            members["offset"] = offset
        if digest:
            members["sha256"] = hashlib.sha256(content).hexdigest()
        if status < 400:
            self.book.setdefault(name, []).append(content)
        self.header(**members)
        if status >= 400:
            return self.reply(status)
        self.reply(200)
        self.wire.send(content[offset or 0:])
        reply = self.reply(201)
        same((self.folder / name).read_bytes(), content, name)
        same(reply["sha256"].encode(), hashlib.sha256(content).hexdigest().encode(), name)
        return reply

    def begin(self, name, content, part):
        """Sends `part` bytes of it and waits until they are stored."""
        self.book.setdefault(name, []).append(content)
        self.header(action="put", filename=name, file_size=len(content), ack=True)
        self.reply(200)
        self.wire.send(content[:part])

    def stat(self, name):
        self.header(action="stat", filename=name)
        return self.reply(200)

    def put_silently(self, name, content):
        """As the simplest client does it, which is told nothing."""
        self.book.setdefault(name, []).append(content)
        self.wire.more_time()
        self.wire.send(json.dumps({"action": "put", "filename": name,
                                   "file_size": len(content)}).encode())
        self.reply(200)
        self.wire.send(content)
        self.wire.finish()
        self.wire.rest()
        if not (self.folder / name).exists():
            raise Cut("the file is not there")
        same((self.folder / name).read_bytes(), content, name)


def console(address, folder, book):
    """A banner, a command, a file, a command, and exit."""
    content = b"of the console\n" * 20
    with Wire(address) as wire:
        same(wire.exactly(len(BANNER)), BANNER, "the banner")
        ask_raw(wire, b"say hello\n", b"hello\n")
        Upload(address, folder, book, wire).put("console.txt", content)
        ask_raw(wire, b"show console.txt\n", content)
        wire.send(b"exit\n")
        same(wire.rest(), b"", "behind exit")


def ask_raw(wire, request, wanted):
    wire.more_time()
    wire.send(request)
    found = wire.exactly(min(6, len(wanted)))
    if found.startswith(b"error "):
        raise Refused((found + wire.line()).decode())
    same(found + wire.exactly(len(wanted) - len(found)), wanted, request.decode().strip())
