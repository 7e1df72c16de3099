# tests/tree/docs_quotes_test.py - code that the documentation quotes is the code of the tree.
#
# `<!-- quote PATH -->` stands before a code block that equals the file, `<!-- excerpt PATH -->`
# before one whose lines stand in the file, one after the other, at any indentation.
import re
import textwrap
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUOTE = re.compile(r"<!-- (quote|excerpt) (\S+) -->\n+```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MARKER = re.compile(r"<!-- (quote|excerpt) ")


def holds(file_text, block):
    """Whether the block's lines follow each other in the file, but for common indentation."""
    lines, wanted = file_text.splitlines(), textwrap.dedent(block).rstrip("\n").splitlines()
    return any(
        textwrap.dedent("\n".join(lines[start:start + len(wanted)])).splitlines() == wanted
        for start in range(len(lines) - len(wanted) + 1))


class DocsQuotesTest(unittest.TestCase):
    def test_each_quote_equals_its_source(self):
        quotes = 0
        for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("plugins/*/*.md")]:
            text = page.read_text(encoding="utf-8")
            found = QUOTE.findall(text)
            self.assertEqual(len(MARKER.findall(text)), len(found), f"{page}: a marker has no block")
            for kind, path, block in found:
                source = (ROOT / path).read_text(encoding="utf-8")
                same = source == block if kind == "quote" else holds(source, block)
                self.assertTrue(same, f"{page.relative_to(ROOT)} quotes {path} wrongly")
                quotes += 1
        self.assertGreater(quotes, 0)

    def test_an_excerpt_must_stand_in_the_file(self):
        self.assertTrue(holds("a {\n  b;\n  c;\n}\n", "b;\nc;\n"))
        self.assertFalse(holds("a {\n  b;\n  c;\n}\n", "b;\nd;\n"))
        self.assertFalse(holds("a\n", "a\nb\n"))


if __name__ == "__main__":
    unittest.main()
