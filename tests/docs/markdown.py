# tests/docs/markdown.py - the code blocks, headings and links of a page.
#
# A comment on the line before a block tells the tests about it:
#   <!-- not run: REASON -->   nobody runs or checks the block
#   <!-- wrong on purpose -->  berthd --check must refuse the ini
#   <!-- stays running -->     the shell block starts a host that the page's next blocks talk to
# A `text` block right behind an ini or shell block is its output; `...` in it stands for any text.
import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MARKER = re.compile(r"<!-- ([^>]*?) -->\n\Z")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*?) *$", re.MULTILINE)


@dataclass
class Block:
    page: Path
    line: int
    language: str
    text: str
    markers: list = field(default_factory=list)
    output: str = None

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    def marked(self, word):
        return any(marker.startswith(word) for marker in self.markers)


def pages():
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md"),
             *ROOT.glob("plugins/*/README.md")]
    return sorted(found)


def markers_before(text):
    markers = []
    while found := MARKER.search(text.rstrip("\n") + "\n"):
        markers.append(found.group(1))
        text = text[:found.start()]
    return markers


def blocks(page):
    text = page.read_text(encoding="utf-8")
    result, end = [], -1
    for fence in FENCE.finditer(text):
        language, body = fence.groups()
        if language == "text" and result and not text[end:fence.start()].strip():
            result[-1].output = body
        else:
            line = text.count("\n", 0, fence.start()) + 1
            markers = markers_before(text[:fence.start()])
            result.append(Block(page, line, language, body, markers))
        end = fence.end()
    return result


def without_code(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return re.sub(r"`[^`\n]*`", lambda code: code.group().replace("[", "").replace("]", ""), text)


def links(page):
    return LINK.findall(without_code(page))


def anchors(page):
    """The anchors of a page, made from its headings as GitHub makes them."""
    result = set()
    for heading in HEADING.findall(without_code(page)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower().replace(" ", "-")
        anchor = re.sub(r"[^\w-]", "", words)
        count = 1
        while anchor in result:
            anchor, count = f"{anchor}-{count}", count + 1
        result.add(anchor)
    return result


def matches(output, expected):
    """Whether the output is the expected text, where `...` stands for any text."""
    parts = [re.escape(part) for part in expected.rstrip().split("...")]
    return re.fullmatch(".*?".join(parts), output.rstrip(), re.DOTALL) is not None
