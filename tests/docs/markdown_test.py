# tests/docs/markdown_test.py - what the tests of the documentation rest on.
import tempfile
import unittest
from pathlib import Path

import markdown
from shell_session import commands

PAGE = """# A page

<!-- stays running -->
```sh
first
```

```text
one ... three
```

<!-- not run: needs root -->

```ini
[x]
```
"""


class MarkdownTest(unittest.TestCase):
    def test_a_block_has_its_markers_and_its_output(self):
        with tempfile.TemporaryDirectory(dir=markdown.ROOT / "tests/docs") as folder:
            page = Path(folder) / "page.md"
            page.write_text(PAGE, encoding="utf-8")
            shell, ini = markdown.blocks(page)
        self.assertEqual(("sh", "first\n", 4), (shell.language, shell.text, shell.line))
        self.assertEqual("one ... three\n", shell.output)
        self.assertTrue(shell.marked("stays running"))
        self.assertFalse(shell.marked("not run"))
        self.assertTrue(ini.marked("not run"))
        self.assertIsNone(ini.output)

    def test_dots_stand_for_any_text_and_nothing_else_does(self):
        self.assertTrue(markdown.matches("a\nb c\n", "a\n... c\n"))
        self.assertTrue(markdown.matches("a\n", "a"))
        self.assertFalse(markdown.matches("a b", "a c"))
        self.assertFalse(markdown.matches("a b", "a"))
        self.assertFalse(markdown.matches("axb", "a.b"))

    def test_commands_of_several_lines_stay_together(self):
        text = "one\n# a comment\ntwo '\nstill two'\ncat <<END\nthree\nEND\nfour \\\n  five\n"
        self.assertEqual(
            ["one\n", "two '\nstill two'\n", "cat <<END\nthree\nEND\n",
             "four \\\n  five\n"], commands(text))


if __name__ == "__main__":
    unittest.main()
