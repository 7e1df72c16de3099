# tests/tree/warnings_test.py - a warning of a compiler that nobody tried yet fails nobody's build.
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class WarningsTest(unittest.TestCase):
    def flags(self, developer, compiler, version):
        """Whether warnings are errors, and the options, in a build with that compiler."""
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "CMakeLists.txt").write_text(f"""
cmake_minimum_required(VERSION 3.25)
project(probe NONE)
set(BERTH_DEVELOPER {developer})
set(CMAKE_CXX_COMPILER_ID {compiler})
set(CMAKE_CXX_COMPILER_VERSION {version})
include({ROOT}/cmake/BerthWarnings.cmake)
get_target_property(options berth_build_flags INTERFACE_COMPILE_OPTIONS)
message(NOTICE "errors=${{CMAKE_COMPILE_WARNING_AS_ERROR}} options=${{options}}")
""")
            child = subprocess.run(["cmake", "-S", folder, "-B", f"{folder}/b"], text=True,
                                   check=True, capture_output=True)
        return next(line for line in child.stderr.splitlines() if line.startswith("errors="))

    def test_they_are_errors_for_developers_with_known_compilers(self):
        for version in ("12.2.0", "13.3.0", "14.2.0"):
            said = self.flags("ON", "GNU", version)
            self.assertTrue(said.startswith("errors=ON options=-Wall"), said)

    def test_they_are_none_with_other_compilers(self):
        for compiler, version in (("GNU", "15.1.0"), ("GNU", "11.4.0"), ("Clang", "19.1.0")):
            said = self.flags("ON", compiler, version)
            self.assertTrue(said.startswith("errors= options=-Wall"), said)

    def test_users_have_none_but_against_a_warning_of_merged_files(self):
        merged = "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:"
        self.assertEqual(self.flags("OFF", "GNU", "12.2.0"),
                         f"errors= options={merged}-Wno-subobject-linkage>;"
                         "-fno-optimize-sibling-calls")  # no warning: for backtraces


if __name__ == "__main__":
    unittest.main()
