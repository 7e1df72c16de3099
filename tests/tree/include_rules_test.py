# tests/tree/include_rules_test.py - the tree keeps its include rules, and the rules can fail.
import tempfile
import unittest
from pathlib import Path

import include_rules

ROOT = Path(__file__).resolve().parents[2]


class IncludeRulesTest(unittest.TestCase):
    def problems_of(self, files):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return include_rules.problems(root)

    def assert_refused(self, user, include, exists=None):
        files = {user: f"#pragma once\n#include {include}\n"}
        if exists:
            files[exists] = ""
        found = self.problems_of(files)
        self.assertEqual(1, len(found), f"{user} includes {include}: {found}")
        self.assertTrue(found[0].startswith(f"{user}:2: "), found[0])

    def assert_allowed(self, user, include, exists=None):
        files = {user: f"#include {include}\n"}
        if exists:
            files[exists] = ""
        self.assertEqual([], self.problems_of(files))

    def test_the_tree_keeps_the_rules(self):
        self.assertEqual([], include_rules.problems(ROOT))

    def test_the_sdk_uses_the_standard_library_only(self):
        self.assert_allowed("sdk/src/a.cpp", "<vector>")
        self.assert_allowed("sdk/src/a.cpp", "<sys/eventfd.h>")
        self.assert_refused("sdk/src/a.cpp", "<Poco/Exception.h>")
        self.assert_refused("sdk/include/berth/a.h", "<openssl/evp.h>")
        self.assert_refused("sdk/src/a.cpp", '"host/host.h"', "host/host.h")
        self.assert_refused("sdk/src/a.cpp", "<unknown.h>")

    def test_plugins_use_the_sdk_and_their_own_files(self):
        self.assert_allowed("plugins/a/a.cpp", "<berth/x.h>", "sdk/include/berth/x.h")
        self.assert_allowed("plugins/a/a.cpp", '"b.h"', "plugins/a/b.h")
        self.assert_allowed("plugins/console/a.cpp", '"exec/b.h"', "plugins/exec/b.h")
        self.assert_allowed("plugins/a/a.cpp", "<Poco/JSON/Parser.h>")
        self.assert_refused("plugins/a/a.cpp", "<Poco/Net/StreamSocket.h>")
        self.assert_refused("plugins/a/a.cpp", '"exec/b.h"', "plugins/exec/b.h")
        self.assert_refused("plugins/a/a.cpp", '"host/x.h"', "host/x.h")

    def test_a_file_includes_its_own_header_first(self):
        files = {"host/a.h": "", "host/b.h": "",
                 "host/a.cpp": '#include "host/a.h"\n#include "host/b.h"\n'}
        self.assertEqual([], self.problems_of(files))
        files["host/a.cpp"] = '#include "host/b.h"\n#include "host/a.h"\n'
        self.assertEqual(["host/a.cpp:1: host/b.h: the first include is that of its own header"],
                         self.problems_of(files))

    def test_the_layers_of_the_host(self):
        self.assert_allowed("host/engine/a.h", '"host/config/b.h"', "host/config/b.h")
        self.assert_allowed("host/control/a.h", '"host/operate/b.h"', "host/operate/b.h")
        self.assert_allowed("host/upgrade/a.h", '"host/host.h"', "host/host.h")
        self.assert_refused("host/control/a.h", '"host/host.h"', "host/host.h")
        self.assert_refused("host/service/a.h", '"host/change/b.h"', "host/change/b.h")
        self.assert_allowed("host/main.cpp", '"host/process/application.h"',
                            "host/process/application.h")
        self.assert_refused("host/config/a.h", '"host/engine/b.h"', "host/engine/b.h")
        self.assert_allowed("host/config/a.h", '"host/admission/rate.h"', "host/admission/rate.h")
        self.assert_refused("host/admission/rate.h", '"host/admission/b.h"', "host/admission/b.h")
        self.assert_refused("host/host.h", '"host/control/b.h"', "host/control/b.h")
        self.assert_refused("host/log/a.h", '"host/host.h"', "host/host.h")
        self.assert_refused("host/new/a.h", '"host/host.h"', "host/host.h")

    def test_the_layers_of_the_control_port(self):
        self.assert_allowed("host/control/server/a.h", '"host/control/commands/b.h"',
                            "host/control/commands/b.h")
        self.assert_refused("host/control/protocol/a.h", '"host/control/commands/b.h"',
                            "host/control/commands/b.h")
        self.assert_refused("host/control/views/a.h", '"host/control/auth/b.h"',
                            "host/control/auth/b.h")
        self.assert_refused("host/control/new/a.h", '"host/control/auth/b.h"',
                            "host/control/auth/b.h")

    def test_nothing_uses_the_tests(self):
        for folder in ("sdk/src", "host", "cli", "plugins/a", "bench"):
            self.assert_refused(f"{folder}/a.cpp", '"tests/support/b.h"', "tests/support/b.h")

    def test_a_file_that_is_missing_is_named(self):
        self.assert_refused("host/a.cpp", '"host/missing.h"')


if __name__ == "__main__":
    unittest.main()
