# tests/docs/shell_blocks_test.py - the commands of the documentation, pasted line by line into a
# bash, end with 0 and print what the page shows.
import shutil
import unittest

import private_network

private_network.enter()

import markdown
from sample_tree import await_ready, environment, installed_sdk, sample_host, sample_tree
from shell_session import ShellSession, commands

# What the README's commands print; the page itself shows no output.
TOUR = {
    "talk 127.0.0.1:7001  ": "hello\n",
    "talk 127.0.0.1:7002  ": "HELLO\n",
    "talk 127.0.0.1:7003 <": "Thank you for connecting",
    "7004 dir": "...hello.txt\n",
    "berth put README.md": "README.md: ... stored as README-...md, ...sha256 agrees\n",
    "cat $name": "# Berth\n",
    "no newline, one recv": "NO NEWLINE, ONE RECV\n",
    "berth status": "6 services, ...\necho ...serving...",
    "berth connections": "... echo  127.0.0.1:...",
    "berth set echo": "echo: set until the next reload\nmax_connections 1000 -> 5\n",
    "berth reload plan": "1 service would change\nchange echo: max_connections 5 -> 1000\n",
    "berth reload  ": "applied, generation ...\n...",
    "berth restart greet": "greet is serving anew\n...",
    "berth load $PWD/build/run/sample": "loaded echo\nchange echo: ...connection... drain)...",
    "berth plugins": "7 plugins\n...new-echo.so\n...",
    "berth load $PWD/build/run/plugins": "loaded echo\nchange echo: ...",
    "berthd --check": '...unknown key "encodng"; did you mean "encoding"?...refused with 78\n',
}
# Of packages that no Debian is without: coreutils, sed and the shell.
ESSENTIAL = ("bash", "sh", "cat", "cp", "date", "env", "head", "ls", "mkdir", "rm", "sed", "sleep")
PROTOCOLS = ("echo", "uppercase", "greet")
# A busy machine takes longer than the plugin's author would wait.
PATIENT_KIT = """\
berth() {
  if [ "${1-} ${2-}" = "plugin test" ]; then
    command berth "$@" --patience 60s
  else
    command berth "$@"
  fi
}
"""


class ShellBlocksTest(unittest.TestCase):
    def run_page(self, tree, page, expected=None, before=":"):
        """Runs the page's blocks in one shell; returns how many commands that were."""
        count = 0
        with ShellSession(tree, environment(tree)) as shell:
            shell.run(before)
            for block in markdown.blocks(markdown.ROOT / page):
                if block.language != "sh" or block.marked("not run"):
                    continue
                if block.marked("stays running"):
                    log = tree / "page.log"
                    shell.run(f"( {block.text}) < /dev/null > {log} 2>&1 &")
                    await_ready(log)
                    continue
                count += self.run_block(shell, block, expected or {})
                if "berth shutdown" in block.text:
                    shell.run("wait")  # the host that stays running answers while it drains
        return count

    def run_block(self, shell, block, expected):
        output, all_commands = "", commands(block.text)
        for command in all_commands:
            status, text = shell.run(command)
            output += text
            self.assertEqual(0, status, f"{block}: {command}{text}")
            for part, wanted in expected.items():
                if part in command:
                    self.assertTrue(markdown.matches(text, wanted), f"{block}: {command}{text}")
        if block.output is not None:
            self.assertTrue(markdown.matches(output, block.output),
                            f"{block} printed:\n{output}\nnot:\n{block.output}")
        return len(all_commands)

    def test_the_tour_of_the_readme(self):
        readme = (markdown.ROOT / "README.md").read_text(encoding="utf-8")
        for part in TOUR:
            self.assertIn(part, readme)
        with sample_tree() as tree, sample_host(tree):
            for _ in ("pasted", "pasted again"):
                self.assertGreater(self.run_page(tree, "README.md", TOUR), 17)

    def test_the_tour_needs_nothing_but_a_bare_debian(self):
        text = (markdown.ROOT / "README.md").read_text(encoding="utf-8")
        first = text[:text.index("## A two-minute tour")].count("\n")
        last = text[:text.index("## From a program of your own")].count("\n")
        tour = [block for block in markdown.blocks(markdown.ROOT / "README.md")
                if first < block.line < last]
        self.assertGreaterEqual(len(tour), 3)
        with sample_tree() as tree, sample_host(tree):
            tools = tree / "tools"
            tools.mkdir()
            for name in ESSENTIAL:
                (tools / name).symlink_to(shutil.which(name))
            with ShellSession(tree, {**environment(tree), "PATH": str(tools)}) as shell:
                for block in tour:
                    self.run_block(shell, block, {})

    def test_the_exchanges_of_the_protocols(self):
        with sample_tree() as tree, sample_host(tree):
            for name in PROTOCOLS:
                with self.subTest(name):
                    self.assertGreater(self.run_page(tree, f"docs/protocols/{name}.md"), 0)

    def test_getting_started(self):
        with sample_tree() as tree:
            self.assertGreater(self.run_page(tree, "docs/getting-started.md"), 20)

    def test_writing_a_plugin(self):
        with sample_tree() as tree, installed_sdk(tree):
            count = self.run_page(tree, "docs/writing-a-plugin.md", before=PATIENT_KIT)
            self.assertGreater(count, 9)


if __name__ == "__main__":
    unittest.main()
