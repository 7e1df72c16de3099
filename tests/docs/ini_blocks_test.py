# tests/docs/ini_blocks_test.py - each ini block of the documentation is what it claims to be:
# `berthd --check` takes it, or, where it is wrong on purpose, refuses it with the text shown.
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import markdown

BUILD = Path(os.environ["BERTH_BUILD"])
PLUGIN_FOLDER = re.compile(r"^plugins *= *(\w[\w./-]*)", re.MULTILINE)
SERVED_FOLDER = re.compile(r"^directory *= *(/srv/\S+)", re.MULTILINE)
PEM_FILE = re.compile(r"^tls_\w+ *= *(\S+)", re.MULTILINE)


def make_what_it_names(folder, ini):
    """Makes the files that the ini takes for granted; returns it with /srv in the folder."""
    for plugins in PLUGIN_FOLDER.findall(ini):
        if plugins != "plugins":
            (folder / plugins).symlink_to(BUILD / "plugins")
    for served in SERVED_FOLDER.findall(ini):
        (folder / served[1:]).mkdir(parents=True, exist_ok=True)
    for pem in PEM_FILE.findall(ini):
        (folder / pem).touch()
    return ini.replace("/srv/", f"{folder}/srv/")


def check(ini, wrong):
    """The exit status and the output of `berthd --check`, with the folder's name taken out."""
    with tempfile.TemporaryDirectory(prefix="berth-docs-") as name:
        folder = Path(name).resolve()
        (folder / "plugins").symlink_to(BUILD / "plugins")
        text = ini if wrong else make_what_it_names(folder, ini)
        (folder / "berth.ini").write_text(text, encoding="utf-8")
        result = subprocess.run([BUILD / "bin/berthd", "--check"], cwd=folder, timeout=60,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return result.returncode, result.stdout.replace(f"{folder}/", "")


class IniBlocksTest(unittest.TestCase):
    def blocks(self):
        found = [block for page in markdown.pages() for block in markdown.blocks(page)
                 if block.language == "ini" and not block.marked("not run")]
        self.assertGreater(len(found), 8)
        return found

    def test_each_block_passes_the_check_or_is_refused_as_shown(self):
        for block in self.blocks():
            with self.subTest(str(block)):
                wrong = block.marked("wrong on purpose")
                status, output = check(block.text, wrong)
                self.assertEqual(78 if wrong else 0, status, f"{block}:\n{output}")
                if wrong and block.output is not None:
                    self.assertTrue(markdown.matches(output, block.output), f"{block}:\n{output}")


if __name__ == "__main__":
    unittest.main()
