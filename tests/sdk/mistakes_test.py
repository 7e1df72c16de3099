# tests/sdk/mistakes_test.py - each mistake of a plugin's author is told by the compiler in one
# message, the first one, which says what to write.
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

COMPILER, MISTAKES, *INCLUDES = sys.argv[1:]
FIRST_ERROR = re.compile(r"error: (.*)")
EXPECTED = re.compile(r"^// error: (.*)$", re.MULTILINE)


def compile_errors(source):
    named = [] if source.stem == "built_by_hand" else ['-DBERTH_PLUGIN_NAME="store"']
    command = [COMPILER, "-std=c++20", "-Wall", "-Wextra", "-fsyntax-only", *named]
    command += [f"-I{folder}" for folder in INCLUDES] + [str(source)]
    environment = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    result = subprocess.run(command, capture_output=True, text=True, timeout=300,
                            env=environment, check=False)
    return result.stderr


def wrong(source):
    """What is not as it should be; empty when all is well."""
    expected = EXPECTED.search(source.read_text()).group(1)
    output = compile_errors(source)
    found = FIRST_ERROR.search(output)
    if expected == "none":
        return f"{source.name}: {output}" if output else ""
    if found is None:
        return f"{source.name}: was compiled, where {expected!r} was awaited"
    if expected not in found.group(1):
        return f"{source.name}: the first error is {found.group(1)!r}, not {expected!r}"
    return ""


def main():
    sources = sorted(pathlib.Path(MISTAKES).glob("*.cpp"))
    assert len(sources) >= 10, sources
    with ThreadPoolExecutor(2) as pool:
        failures = [text for text in pool.map(wrong, sources) if text]
    assert not failures, "\n".join(failures)
    print(f"{len(sources)} sources, each with the first error that it should have")


main()
