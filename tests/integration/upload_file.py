# tests/integration/upload_file.py - a file and the form in which it is sent to an upload service.
import hashlib
import json

LINE_END_TIME = 1.5  # seconds of the two that a host waits for the line end of a header
BEGINNINGS = (b"", b"\n", b"\r", b"\r\n", b"\n\n", b"\r\r\n", b"{", b"\n{\"action\":\"stat\"}")


def ended_too_late(reply, took):
    """Whether this refuses a header for the time that it took to send, in seconds. It is the last
    reply."""
    return reply.get("error") == "header-not-ended" and took >= LINE_END_TIME


class File:
    """One file and the form in which it is sent."""

    def __init__(self, name, rng):
        self.name = name
        self.content = rng.choice(BEGINNINGS) + rng.randbytes(
            rng.choice((0, 1, 50, 5_000, 200_000, 1_500_000)))
        self.ack = rng.random() < 0.5
        self.digest = rng.random() < 0.5
        self.line_end = rng.choice((b"\n", b"\r\n"))
        # Without a member that asks for a line end it may be left out.
        self.bare = rng.random() < 0.5
        self.waits = self.bare or rng.random() < 0.5
        self.splits = rng.random() < 0.5
        self.piece = rng.choice((100, 1_000, 30_000, 2_000_000))

    def form(self):
        end = "bare" if self.bare and not (self.ack or self.digest) else repr(self.line_end)
        return f"{'ack ' if self.ack else ''}{'digest ' if self.digest else ''}{end}"

    def header(self, offset):
        """Its pieces, the line end included."""
        members = {"action": "put", "filename": self.name, "file_size": len(self.content)}
        if self.ack:
            members["ack"] = True
        if self.digest:
            members["sha256"] = hashlib.sha256(self.content).hexdigest()
        if offset:
            members["offset"] = offset
        text = json.dumps(members).encode()
        if len(members) > 3:
            return [text, self.line_end] if self.splits else [text + self.line_end]
        return [text] if self.bare else [text + self.line_end]

    def pieces(self, offset):
        """What is sent from `offset` on: what comes before the reply, and what after it."""
        header = self.header(offset)
        rest = self.content[offset:]
        if not self.waits:
            header[-1] += rest[:self.piece]
            rest = rest[self.piece:]
        return header, [rest[i:i + self.piece] for i in range(0, len(rest), self.piece)]
